package org.vpnprobe.report.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.PseudonymKey;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.Formats;
import org.vpnprobe.report.SampleReport;

/** Whatever stands in a dossier: after redaction no address and no host name is in it. */
class RedactorTest {
  private static final List<String> LISTED =
      List.of(
          "tyo.vpn.acme", "fra.example.net", "198.51.100.77", "2001:db8:77::1", "bücher.example");

  /** Found by their form; where only listed ones are looked for, just the addresses are. */
  private static final List<String> UNLISTED_ADDRESSES =
      List.of("203.0.113.9", "2001:db8:9:9::9", "10.20.30.40", "fd00::4321");

  private static final List<String> UNLISTED_HOSTS =
      List.of("mail.nobody.example.com", "gw-7.some.internal", "xn--bcher-kva.example");

  private static final List<String> AROUND =
      List.of(
          "%s",
          "no answer from %s, twice", "(%s)", "x=%s port 443", "asked %s.", "“%s”", "a %s/ip6");

  private static final Recorded JOURNAL =
      Journals.at(
          "tyo.vpn.acme:443",
          "fra.example.net:51820",
          "198.51.100.77:500",
          "[2001:db8:77::1]:443",
          "bücher.example:443");

  private static final String NAMES_ONLY =
      ".*\\.(name|displayName|carrier|vantage|asName|country|file|id|runId|toolVersion|protocol|cause"
          + "|rule|by|kind|state|network|role|key|run|cell|from)";

  private static final String PSEUDONYM = "(host|ip4|ip6|key|name)-[0-9a-f]{8}(\\+[0-9a-f]{8})?";

  private static Set<String> planted() {
    Set<String> all = new HashSet<>(LISTED);
    all.addAll(UNLISTED_ADDRESSES);
    all.addAll(UNLISTED_HOSTS);
    return all;
  }

  /** What is planted where, and what shall have become of it. */
  private record Planted(Planting planting, Map<String, String> shapes) {
    static Planted by(Random random) {
      Map<String, String> shapes = new java.util.HashMap<>();
      Planting planting =
          new Planting(
              random,
              place -> {
                List<String> names = new ArrayList<>(LISTED);
                names.addAll(UNLISTED_ADDRESSES);
                if (!place.matches(NAMES_ONLY)) {
                  names.addAll(UNLISTED_HOSTS);
                }
                String around = AROUND.get(random.nextInt(AROUND.size()));
                String text = around.formatted(names.get(random.nextInt(names.size())));
                String made = place.endsWith(".file") ? text.replace('/', '-') : text;
                shapes.put(made, around.replace("%s", "<>"));
                return made;
              });
      return new Planted(planting, shapes);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void nothingPlantedIsLeftInAnyFormat(long seed) throws IOException {
    Planted planted = Planted.by(new Random(seed));
    Dossier dossier = planted.planting().record(Dossier.class);
    Dossier redacted = Redactor.of(List.of(JOURNAL)).redact(dossier);
    for (Format format : formats()) {
      String bytes = written(format, redacted);
      assertEquals(List.of(), found(bytes), () -> format.name() + ": " + bytes);
    }
    // The search finds what is there: without redaction every format is full of it.
    for (Format format : formats()) {
      // The archive's form leaves the servers out by itself.
      if (!format.name().equals("ooni")) {
        assertFalse(found(written(format, dossier)).isEmpty(), format.name());
      }
    }
    Leaves left = Leaves.of(redacted.report(), redacted.past(), redacted.sources());
    assertEquals(List.of(), found(String.join("\n", left.texts())));
    for (String cell : planted.planting().cells()) {
      Explanation story = redacted.stories().of(cell).orElseThrow();
      assertEquals(List.of(), found(String.join("\n", Leaves.of(story).texts())));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void nothingElseIsChanged(long seed) {
    Planted planted = Planted.by(new Random(seed));
    Dossier dossier = planted.planting().record(Dossier.class);
    Dossier redacted = Redactor.of(List.of(JOURNAL)).redact(dossier);
    Leaves before = Leaves.of(dossier.report(), dossier.past());
    Leaves after = Leaves.of(redacted.report(), redacted.past());
    assertEquals(before.others(), after.others());
    assertEquals(before.texts().size(), after.texts().size());
    assertTrue(before.texts().size() > 60);
    for (int i = 0; i < before.texts().size(); i++) {
      String shape = planted.shapes().get(before.texts().get(i));
      assertEquals(
          shape == null ? "" : shape.replace("/ip6", ""),
          after.texts().get(i).replaceAll(PSEUDONYM, "<>").replace("/ip6", ""),
          before.texts().get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34})
  void redactingTwiceChangesNothingMore(long seed) {
    Dossier dossier = Planted.by(new Random(seed)).planting().record(Dossier.class);
    Dossier once = Redactor.of(List.of(JOURNAL)).redact(dossier);
    Dossier twice = Redactor.of(List.of(JOURNAL)).redact(once);
    assertEquals(once.report(), twice.report());
    assertEquals(once.past(), twice.past());
    assertEquals(once.sources(), twice.sources());
  }

  /** What a step, a story or an older verdict says of a cell is said of the same cell. */
  @Test
  void partsOfAReportStillFitTogether() {
    Recorded journal =
        Journals.named("tyo.vpn.acme", "tyo.vpn.acme:443", "office", "fra.example.net:443");
    Redactor redactor = Redactor.of(List.of(journal));
    Dossier dossier =
        new Dossier(
            SampleReport.with(
                List.of(
                    SampleReport.cell("tyo.vpn.acme", "mobile", State.REACHABLE, true),
                    SampleReport.cell("office", "mobile", State.REACHABLE, true))),
            cell -> java.util.Optional.of(story(cell)),
            Map.of("tyo.vpn.acme", new org.vpnprobe.model.SourceMark("/home/bob/p.yaml", 1, 2)),
            List.of());
    Dossier redacted = redactor.redact(dossier);
    var cell = redacted.report().cells().getFirst();
    assertTrue(cell.endpoint().matches("host-[0-9a-f]{8}"), cell.endpoint());
    assertEquals(cell.endpoint() + "@mobile", cell.id());
    assertEquals(Set.of(cell.endpoint()), redacted.sources().keySet());
    assertTrue(redacted.sources().toString().contains("=p.yaml:1:2"));
    assertEquals(cell.id(), redacted.stories().of(cell.id()).orElseThrow().cell());
    assertEquals("tyo.vpn.acme@mobile", redactor.cellCalled(cell.id()).orElseThrow());
    assertEquals("office@mobile", redacted.report().cells().get(1).id());
    assertEquals(
        redacted.stories().of("office@mobile").orElseThrow().timeline().getFirst().from(),
        "office@mobile");
  }

  /** CI systems find the line by its path from where they ran; nobody's home is in it. */
  @Test
  void pathsAreThoseBelowTheWorkingFolder() {
    Redactor redactor = Redactor.of(List.of(JOURNAL));
    for (var path :
        Map.of(
                "deploy/probes.yaml", "deploy/probes.yaml",
                "probes.yaml", "probes.yaml",
                "/home/bob/probes.yaml", "probes.yaml",
                "../bob/probes.yaml", "probes.yaml",
                "~/probes.yaml", "probes.yaml",
                "C:\\Users\\bob\\probes.yaml", "probes.yaml")
            .entrySet()) {
      Dossier dossier =
          new Dossier(
              SampleReport.with(List.of()),
              cell -> java.util.Optional.empty(),
              Map.of("e", new org.vpnprobe.model.SourceMark(path.getKey(), 1, 2)),
              List.of());
      assertEquals(
          "{e=" + path.getValue() + ":1:2}", redactor.redact(dossier).sources().toString());
    }
  }

  @Test
  void twoEndpointsNeverBecomeOne() {
    Recorded journal =
        Journals.named(
            "a.example.net", "a.example.net:443",
            "A.example.net", "a.example.net:8443",
            "192.0.2.7", "192.0.2.7:1",
            "::ffff:192.0.2.7", "192.0.2.7:2");
    Redactor redactor = Redactor.of(List.of(journal));
    Set<String> ids = new HashSet<>();
    for (var cell : journal.plan().cells()) {
      Explanation story = redactor.redact(story(cell.id()));
      ids.add(story.cell());
      assertEquals(cell.id(), redactor.cellCalled(story.cell()).orElseThrow());
    }
    assertEquals(4, ids.size(), ids.toString());
  }

  @Test
  void theSmallestKeyOfMergedJournalsWins() {
    PseudonymKey other = PseudonymKey.of("22".repeat(PseudonymKey.BYTES));
    Recorded one = Journals.keyed(Journals.KEY, "run-1", "a.example.net:443");
    Recorded two = Journals.keyed(other, "run-2", "a.example.net:443");
    Recorded keyless = Journals.keyed(null, "run-0", "a.example.net:443");
    String alone = Redactor.of(List.of(one)).redact("a.example.net");
    assertEquals(alone, Redactor.of(List.of(one, two)).redact("a.example.net"));
    assertEquals(alone, Redactor.of(List.of(two, keyless, one)).redact("a.example.net"));
    assertNotEquals(alone, Redactor.of(List.of(two)).redact("a.example.net"));
    String own = Redactor.of(List.of(keyless)).redact("a.example.net");
    assertNotEquals(alone, own);
    assertEquals(own, Redactor.of(List.of(keyless)).redact("a.example.net"));
  }

  @Test
  void whatAServerSaysOfItselfIsAPseudonym() {
    Redactor redactor = Redactor.of(List.of(JOURNAL));
    assertEquals("tls_issuer: name-", seen(redactor, "tls_issuer", "CN=ACME VPN CA,O=ACME"));
    assertEquals("ssh_host_key: key-", seen(redactor, "ssh_host_key", "ssh-ed25519 SHA256:AAAA"));
    assertEquals("tls_certificate_sha256: key-", seen(redactor, "tls_certificate_sha256", "aa11"));
    assertEquals("dns_answer: NOERROR ip4-", seen(redactor, "dns_answer", "NOERROR 192.0.2.5"));
    assertEquals("rtt_ms: 1.5", seen(redactor, "rtt_ms", "1.5"));
  }

  private static String seen(Redactor redactor, String key, String value) {
    Explanation.Line line =
        new Explanation.Line(
            Instant.EPOCH,
            Duration.ZERO,
            "screening",
            "x@mobile",
            "reached port",
            "",
            List.of(),
            List.of(new Observation(Duration.ZERO, key, value)));
    Explanation story =
        new Explanation(
            "x@mobile",
            State.REACHABLE,
            null,
            "reachable",
            "",
            List.of(line),
            List.of(),
            List.of(),
            List.of(),
            "");
    Explanation once = redactor.redact(story);
    assertEquals(once, redactor.redact(once));
    Observation shown = once.timeline().getFirst().observations().getFirst();
    return shown.key() + ": " + shown.value().replaceAll("(name|key|ip4)-[0-9a-f]{8}", "$1-");
  }

  private static Explanation story(String cell) {
    return new Explanation(
        cell,
        State.REACHABLE,
        null,
        "reachable",
        "",
        List.of(
            new Explanation.Line(
                Instant.EPOCH,
                Duration.ZERO,
                "screening",
                cell,
                "reached port",
                "",
                List.of(),
                List.of())),
        List.of(),
        List.of(),
        List.of(),
        "");
  }

  private static List<Format> formats() {
    return Formats.names().stream().map(name -> Formats.named(name).orElseThrow()).toList();
  }

  private static String written(Format format, Dossier dossier) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(dossier, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<String> found(String text) {
    String small = text.toLowerCase(Locale.ROOT);
    return planted().stream().filter(name -> small.contains(name)).sorted().toList();
  }
}
