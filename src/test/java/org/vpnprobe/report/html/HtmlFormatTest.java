package org.vpnprobe.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.SampleReport;

/** The page without a browser; {@code HtmlRealTest} opens it in one. */
class HtmlFormatTest {
  private static byte[] bytes(Dossier dossier) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new HtmlFormat().write(dossier, out);
    return out.toByteArray();
  }

  private static String written(Dossier dossier) throws IOException {
    return new String(bytes(dossier), StandardCharsets.UTF_8);
  }

  /** Style, script and their hashes are looked at elsewhere. */
  @Test
  void theSampleIsWrittenAsAgreed() throws Exception {
    String page =
        written(SampleReport.dossier())
            .replaceAll("(?s)(<style>).*?(</style>)", "$1$2")
            .replaceAll("(?s)(<script>).*?(</script>)", "$1$2")
            .replaceAll("sha256-[A-Za-z0-9+/=]*", "sha256-…");
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("sample-report.html"))) {
      assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), page);
    }
  }

  @Test
  void theSameDossierGivesTheSameBytes() throws Exception {
    assertArrayEquals(bytes(Showcase.all()), bytes(Showcase.all()));
  }

  @Test
  void thePolicyNamesThisStyleAndThisScript() throws Exception {
    String page = written(Showcase.small());
    String policy =
        one(page, "Content-Security-Policy\" content=\"([^\"]*)\"").replace("&#39;", "'");
    assertEquals(
        "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none';"
                .formatted(
                    hash(one(page, "(?s)<style>(.*?)</style>")),
                    hash(one(page, "(?s)<script>(.*?)</script>")))
            + " form-action 'none'",
        policy);
    assertFalse(page.contains("http:") || page.contains("https:") || page.contains("url("));
  }

  @Test
  void hostileTextStaysText() throws Exception {
    String page = written(Showcase.all());
    assertEquals(1, all(page, "<script").size());
    assertEquals(1, all(page, "</script").size());
    assertEquals(1, all(page, "<style").size());
    assertEquals(0, all(page, "(?i)<(img|iframe|object|embed|form|link|base)\\b").size());
    String markup = page.replaceAll("(?s)<style>.*?</style>|<script>.*?</script>", "");
    String attributes = "((?:\\s+[\\w-]+(?:=\"[^\"]*\")?)*)";
    List<String> tags = all(markup, "<[a-z]\\w*" + attributes + "\\s*/?>");
    assertEquals(
        all(markup, "<[a-z]").size(), tags.size(), "every tag is as the templates write it");
    assertEquals(
        List.of(),
        tags.stream()
            .map(tag -> tag.replaceAll("\"[^\"]*\"", ""))
            .filter(tag -> tag.matches(".*\\s(on\\w+|style|src)=.*"))
            .toList());
    assertEquals(0, all(page, "[\\u202A-\\u202E\\u2066-\\u2069\\u200B\\x00-\\x08\\x1B]").size());
    assertTrue(page.contains("${7*7} @if(true) $unsafe{x} !{y}"), "template syntax is text");
  }

  @Test
  void everyLinkLeadsSomewhereOnThePage() throws Exception {
    String page = written(Showcase.all());
    List<String> ids = all(page, " id=\"([^\"]*)\"");
    assertEquals(new HashSet<>(ids).size(), ids.size(), "an id twice");
    Set<String> targets = new HashSet<>(all(page, "<a[^>]* href=\"([^\"]*)\""));
    for (String target : targets) {
      assertTrue(target.startsWith("#") && ids.contains(target.substring(1)), target);
    }
    assertTrue(targets.size() > 50, "stories: " + targets.size());
  }

  @Test
  void aRehearsalSaysSoBeforeAnythingElse() throws Exception {
    String page = written(Showcase.all());
    assertTrue(page.contains("<title>Rehearsal: "));
    assertTrue(page.indexOf("This is a rehearsal.") < page.indexOf("<h1>"));
    assertFalse(written(Showcase.small()).contains("rehearsal."));
  }

  @Test
  void theHeadlineNamesWhatIsStopped() {
    CarrierCard card =
        CarrierCard.of(
            Showcase.small().report(),
            Showcase.small().report().carriers().getFirst(),
            new Titles(Showcase.small().report().carriers()));
    assertEquals("China Mobile", card.name());
    assertEquals(0, card.reachable());
    assertEquals(1, card.cells());
    assertEquals("wireguard", card.problems().getFirst().what());
    assertEquals("likely blocked", card.problems().getFirst().look().word());
  }

  /** The style sheet draws the symbols in the map, the templates in the timeline. */
  @Test
  void symbolsAreTheSameEverywhere() throws Exception {
    String page = written(Showcase.small());
    for (State state : State.values()) {
      Look look = Look.of(state);
      String rule = one(page, "\\n\\." + look.css() + " \\{([^}]*--g[^}]*)\\}");
      assertTrue(rule.contains("\"" + look.symbol() + "\""), rule);
    }
  }

  @Test
  void withoutEarlierRunsThereIsOneMomentAndItIsSaid() throws Exception {
    assertTrue(written(Showcase.small()).contains("No earlier run is known here"));
  }

  @Test
  void theTimelineStandsOnTheRunsTimes() {
    Dossier dossier = Showcase.all();
    Timeline timeline = Timeline.of(dossier, new Titles(dossier.report().carriers()));
    assertEquals(41, timeline.runs());
    assertEquals(4, timeline.lanes().size());
    // 4 Nov 03:05 to 24 Nov 15:05 (a column of 12 h is as wide as its run lasts), 750 wide.
    double days = Duration.ofMinutes((11 * 24 + 20) * 60L + 54).toMinutes() / 1440.0;
    assertEquals(190 + 750 * days / 20.5, Double.parseDouble(timeline.marks().getFirst().x()), 0.5);
    assertEquals(1, timeline.outside().size(), "an order that is still to come");
    Timeline.Lane mobile = timeline.lanes().getFirst();
    assertEquals("100 % reachable at first, 43 % now", mobile.label());
    assertTrue(
        mobile.ribbons().stream()
            .anyMatch(r -> r.label().contains("likely blocked from 16 Nov 2026, 15:05")));
  }

  /** Sixty days at four runs an hour, and cells that this run no longer knows. */
  @Test
  void aLongHistoryStaysSmall() throws Exception {
    Dossier now = Showcase.small();
    List<PastVerdict> past = new ArrayList<>();
    for (int run = 5_760; run > 0; run--) {
      Instant at = now.report().finishedAt().minus(Duration.ofMinutes(15L * run));
      State state = run % 7 == 0 ? State.IMPAIRED : State.REACHABLE;
      past.add(new PastVerdict("r" + run, at, "tokyo-wg@china-mobile", state, null, null));
      past.add(new PastVerdict("r" + run, at, "gone@china-mobile", state, null, null));
    }
    Dossier dossier = new Dossier(now.report(), now.stories(), now.sources(), past);
    String page = written(dossier);
    assertTrue(page.contains("5761 runs"));
    assertFalse(page.contains("gone"));
    assertTrue(page.length() < 400_000, "characters: " + page.length());
  }

  /** What does not fit is said, and the worst is on the page. */
  @Test
  void thousandsOfCellsStayOnePage() throws Exception {
    Dossier dossier = Showcase.large(2_000);
    Shelf shelf = Shelf.of(dossier, new Titles(dossier.report().carriers()));
    assertEquals(12_000, shelf.numbers().size() + shelf.left());
    assertTrue(shelf.failing().size() > 100, "stories: " + shelf.failing().size());
    assertEquals(0, shelf.through().size(), "failing cells alone fill it");
    byte[] page = bytes(dossier);
    assertTrue(page.length < 9_000_000, "bytes: " + page.length);
  }

  private static String one(String page, String pattern) {
    List<String> found = all(page, pattern);
    assertEquals(1, found.size(), pattern);
    return found.getFirst();
  }

  private static List<String> all(String page, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(page);
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(matcher.groupCount() == 0 ? 0 : 1));
    }
    return found;
  }

  private static String hash(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(digest);
  }
}
