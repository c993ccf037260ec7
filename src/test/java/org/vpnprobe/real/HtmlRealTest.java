package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Formats;
import org.vpnprobe.report.html.HtmlFormat;
import org.vpnprobe.report.html.Showcase;
import tools.jackson.databind.JsonNode;

/** The HTML report in a real browser. Pictures of it are left in {@code target/html-report}. */
class HtmlRealTest {
  private static final Path PICTURES = Path.of("target", "html-report");

  /** WebDriver's codes of keys. */
  private static final char TAB = '\uE004';

  private static final char ENTER = '\uE007';
  private static final char ESCAPE = '\uE00C';

  private static final String ROWS = "#cells tbody tr:not(.group)";
  private static final int ALL = 21;

  /** Every text with too little contrast; SVG text is painted by fill. */
  private static final String WEAK =
      """
      const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      const seen = new Map();
      const rgba = (colour) => {
        if (!seen.has(colour)) {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          seen.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
        }
        return seen.get(colour);
      };
      const light = (c) => c.slice(0, 3).map((v) => v / 255)
        .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (element) => {
        for (let e = element; e; e = e.parentElement) {
          const style = getComputedStyle(e);
          if (style.backgroundImage !== 'none') return null;
          const colour = rgba(style.backgroundColor);
          if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
      };
      let looked = 0;
      const weak = [];
      for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!own || !e.checkVisibility() || e.closest('script, title')) continue;
        if (/on-|event/.test((e.getAttribute('class') || '') + e.parentElement.getAttribute('class'))) continue;
        const style = getComputedStyle(e);
        const back = ground(e);
        if (!back) continue;
        looked++;
        const ink = rgba(e.namespaceURI.endsWith('svg') ? style.fill : style.color);
        const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) weak.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 120));
      }
      return {looked, weak: [...new Set(weak)].slice(0, 20)};\
      """;

  @TempDir private Path folder;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    Needs.program("chromium");
    Files.createDirectories(PICTURES);
    browser = Browser.start(folder);
    browser.size(1280, 900);
  }

  @AfterEach
  void stop() {
    browser.close();
  }

  private Path open(Dossier dossier) throws IOException {
    Path page = Formats.save(new HtmlFormat(), dossier, folder, true);
    browser.open(page);
    return page;
  }

  @Test
  void itIsDrawnWithoutComplaintAndAsksForNothing() throws Exception {
    Path page = open(Showcase.all());
    assertEquals("What works on which carrier", text("h1"));
    assertEquals(ALL, seen(ROWS));
    picture("light", 1280, 900);
    browser.click("#cells td.bl > a");
    picture("story", 1280, 900);
    browser.click("#close");
    pictureOf("#time", "time");
    pictureOf("#plots", "plots");
    Set<String> asked = new HashSet<>(browser.requests());
    assertEquals(Set.of(page.toUri().toString()), asked);
    assertEquals(List.of(), browser.console());
  }

  /** What the policy forbids is not done even if markup asks for it. */
  @Test
  void thePolicyHoldsForWhatIsPutInLater() throws Exception {
    Path page = open(Showcase.small());
    browser.run(
        """
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:9/pixel';
        image.setAttribute('onerror', "document.title = 'ran'");
        document.body.append(image);
        const script = document.createElement('script');
        script.textContent = "document.title = 'ran'";
        document.body.append(script);
        const style = document.createElement('style');
        style.textContent = 'h1 { color: rgb(1, 2, 3) }';
        document.body.append(style);\
        """);
    assertFalse(browser.text("return document.title").equals("ran"));
    assertFalse(
        browser
            .text("return getComputedStyle(document.querySelector('h1')).color")
            .equals("rgb(1, 2, 3)"));
    assertTrue(
        browser.console().stream().anyMatch(line -> line.contains("Content Security Policy")));
    Set<String> asked = new HashSet<>(browser.requests());
    asked.remove("http://127.0.0.1:9/pixel");
    assertEquals(Set.of(page.toUri().toString()), asked);
  }

  @Test
  void coloursAreTheReadersAndCanBeSwitched() throws Exception {
    String background = "return getComputedStyle(document.body).backgroundColor";
    open(Showcase.all());
    browser.media("screen", "prefers-color-scheme", "dark");
    assertEquals("rgb(18, 22, 25)", browser.text(background));
    assertEquals("Switch to light colours", attribute("#theme", "aria-label"));
    picture("dark", 1280, 900);
    browser.click("#cells td.lb > a");
    picture("dark-story", 1280, 900);
    browser.click("#close");
    pictureOf("#time", "dark-time");
    browser.click("#theme");
    assertEquals("rgb(247, 248, 248)", browser.text(background));
  }

  /** WCAG 2.2, 1.4.3: 4.5 to 1, for every text that stands on a plain ground. */
  @Test
  void textStandsOutFromItsGround() throws Exception {
    open(Showcase.all());
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })");
    for (String scheme : List.of("light", "dark")) {
      browser.media("screen", "prefers-color-scheme", scheme);
      JsonNode weak = browser.run(WEAK);
      assertTrue(weak.get("looked").asInt() > 1000, weak.toString());
      assertEquals("[]", weak.get("weak").toString(), scheme);
    }
  }

  @Test
  void itFitsAPhone() throws Exception {
    open(Showcase.all());
    picture("phone", 390, 844);
    assertEquals(390, browser.number("return document.documentElement.scrollWidth"));
    browser.run("document.querySelector('#map').scrollIntoView({behavior: 'instant'})");
    picture("phone-map", 390, 844);
    browser.click("#cells td.bl > a");
    picture("phone-story", 390, 844);
  }

  @Test
  void itPrints() throws Exception {
    open(Showcase.all());
    byte[] pdf =
        Base64.getDecoder().decode(browser.devtools("Page.printToPDF").get("data").asString());
    Files.write(PICTURES.resolve("print.pdf"), pdf);
    assertTrue(pdf.length > 20_000, "bytes: " + pdf.length);
    browser.media("print", "prefers-color-scheme", "dark");
    assertEquals(
        "rgb(255, 255, 255)",
        browser.text("return getComputedStyle(document.body).backgroundColor"),
        "paper is white");
    assertEquals(0, seen("nav, .find, .skip"));
  }

  @Test
  void chipsAndWordsFilterTheRows() throws Exception {
    open(Showcase.all());
    browser.click(".chip[data-state=im]");
    assertEquals("true", attribute(".chip[data-state=im]", "aria-pressed"));
    assertEquals(2, seen(ROWS));
    assertEquals(0, browser.number(count(ROWS + ":not([hidden]):not(:has(td.im))")));
    assertEquals("2 of 21 rows", text("#shown"));
    browser.click(".chip[data-state=dn]");
    assertEquals(3, seen(ROWS), "rows with either");
    browser.click(".chip[data-state=im]");
    browser.click(".chip[data-state=dn]");
    assertEquals(ALL, seen(ROWS));
    browser.type("#find", "WIREGUARD endpoint-1");
    assertEquals(1, seen(ROWS));
    assertEquals("1 of 21 rows", text("#shown"));
  }

  @Test
  void headingsSortTheRows() throws Exception {
    open(Showcase.all());
    String names =
        "return [...document.querySelectorAll('" + ROWS + " th')].map(t => t.textContent)";
    JsonNode before = browser.run(names);
    browser.click("#cells thead th:nth-child(2) button");
    assertEquals("ascending", attribute("#cells thead th:nth-child(2)", "aria-sort"));
    List<String> sorted = new ArrayList<>();
    browser
        .run(names)
        .forEach(name -> sorted.add(name.asString().toLowerCase(java.util.Locale.ROOT)));
    assertEquals(ALL, sorted.size());
    assertEquals(sorted.stream().sorted().toList(), sorted);
    browser.click("#cells thead th:nth-child(3) button");
    assertEquals("none", attribute("#cells thead th:nth-child(2)", "aria-sort"));
    assertEquals(
        "bl", browser.text("return document.querySelector('" + ROWS + "').cells[2].classList[0]"));
    browser.click("#cells thead th:nth-child(3) button");
    assertEquals("descending", attribute("#cells thead th:nth-child(3)", "aria-sort"));
    browser.click("#cells thead th:nth-child(3) button");
    assertEquals(before, browser.run(names), "the third time the order is as it was");
  }

  @Test
  void aCellIsOpenedAndClosedByKeyboard() throws Exception {
    open(Showcase.all());
    browser.press(TAB);
    assertEquals("skip", browser.text("return document.activeElement.className"));
    browser.press(ENTER);
    String focused = "return document.activeElement.getAttribute('aria-label') || ''";
    for (int i = 0; i < 60 && !browser.text(focused).contains("likely blocked"); i++) {
      browser.press(TAB);
    }
    String cell = browser.text(focused);
    assertTrue(
        cell.endsWith("on China Telecom: likely blocked handshake: timeout, not as expected"));
    assertEquals(
        "solid", browser.text("return getComputedStyle(document.activeElement).outlineStyle"));
    browser.press(ENTER);
    assertEquals(1, browser.number(count("dialog[open] .verdict")));
    assertEquals(text("#panel-title"), cell.substring(0, cell.indexOf(':')));
    assertEquals("close", browser.text("return document.activeElement.id"));
    browser.press(ESCAPE);
    assertEquals(0, browser.number(count("dialog[open]")));
    assertEquals(cell, browser.text(focused), "the reader is back where they were");
    // The browser tells of the closing a moment later.
    String left =
        "return new Promise(done => { const end = Date.now() + 5000; (function look() {"
            + " const n = document.querySelectorAll('dialog .verdict').length;"
            + " n === 0 || Date.now() > end ? done(n) : setTimeout(look, 10); })(); })";
    assertEquals(0, browser.number(left), "the story is back, too");
  }

  /** As from a bookmark or a mail. */
  @Test
  void anAddressThatNamesAStoryOpensIt() throws Exception {
    Path page = Formats.save(new HtmlFormat(), Showcase.all(), folder, true);
    browser.open(page.toUri() + "#s1");
    assertEquals(1, browser.number(count("dialog[open] #s1")));
    browser.open(page.toUri() + "#s9999");
    assertEquals(0, browser.number(count("dialog[open]")));
    assertEquals(List.of(), browser.console());
  }

  @Test
  void hostileTextIsTextAlone() throws Exception {
    open(Showcase.all());
    assertEquals(0, browser.number(count("img, iframe, object, embed, form, base, svg [onload]")));
    assertEquals(1, browser.number(count("script")));
    assertEquals(1, browser.number(count("style")));
    assertEquals(
        0,
        browser.number(
            "return [...document.querySelectorAll('*')].filter(e => [...e.attributes]"
                + ".some(a => /^on|^style$/.test(a.name))).length"),
        "no handler and no style of an element's own");
    assertEquals(0, browser.number(count("a:not([href^='#'])")), "every link stays on the page");
    String page = browser.text("return document.documentElement.textContent");
    assertFalse(
        page.codePoints().anyMatch(c -> c == 0x202E || c == 0x2066 || c == 0x200B || c == 0x1B));
    List<String> names = new ArrayList<>();
    browser
        .run("return [...document.querySelectorAll('" + ROWS + " th')].map(t => t.textContent)")
        .forEach(name -> names.add(name.asString()));
    for (String name : Showcase.HOSTILE.subList(0, 6)) {
      assertTrue(names.contains(name), name);
    }
    assertEquals(List.of(), browser.console(), "nothing tried to run");
  }

  @Test
  void withoutScriptEverythingIsThere() throws Exception {
    browser.withoutScript();
    open(Showcase.all());
    assertEquals(1, browser.number(count("#theme[hidden]")), "the page's script did not run");
    assertEquals(0, browser.number(count("thead button, tbody button")));
    assertEquals(ALL, seen(ROWS));
    assertEquals(
        0,
        browser.number(
            "return [...document.querySelectorAll('#cells td > a')]"
                + ".filter(a => !document.getElementById(a.hash.slice(1))).length"),
        "every cell leads to its story");
    browser.click("#cells td.lb > a");
    String target = "document.querySelector(':target')";
    assertTrue(browser.run("return " + target + ".checkVisibility()").asBoolean(), "it unfolds");
    assertTrue(browser.text("return " + target + ".textContent").contains("Advice"));
    picture("no-script", 1280, 900);
  }

  @Test
  void everythingHasANameForThoseWhoDoNotSee() throws Exception {
    open(Showcase.all());
    browser.devtools("Accessibility.enable");
    List<String> roles = new ArrayList<>();
    int links = 0;
    for (JsonNode node : browser.devtools("Accessibility.getFullAXTree").get("nodes")) {
      String role = node.at("/role/value").asString("");
      String name = node.at("/name/value").asString("").strip();
      roles.add(role);
      if (Set.of("link", "button", "searchbox", "columnheader", "rowheader", "img", "dialog")
          .contains(role)) {
        assertFalse(name.isEmpty() && !node.get("ignored").asBoolean(), node.toString());
      }
      if (role.equals("link") && name.contains(" on China Mobile: ")) {
        links++;
      }
    }
    assertEquals(ALL, links, "each cell says what it is");
    for (String landmark : List.of("banner", "navigation", "main", "contentinfo", "table")) {
      assertTrue(roles.contains(landmark), landmark);
    }
    assertEquals("en", browser.text("return document.documentElement.lang"));
    assertEquals(
        browser.number(count("#cells thead th")),
        browser.number(count("#cells thead th[scope=col]")));
    assertEquals(ALL, browser.number(count("#cells tbody th[scope=row]")));
  }

  @Test
  void thousandsOfCellsOpenAndFold() throws Exception {
    long begin = System.nanoTime();
    Path page = open(Showcase.large(5_000));
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertTrue(Files.size(page) < 16_000_000, "bytes: " + Files.size(page));
    assertTrue(seconds < 60, "seconds: " + seconds);
    assertEquals(24, seen("#cells tbody tr"), "a line per protocol");
    picture("large", 1280, 900);
    browser.click("#cells .group button");
    assertTrue(seen(ROWS) > 200, "its rows unfold");
    browser.type("#find", "server-4321");
    assertEquals(1, seen(ROWS));
    assertTrue(text("#stories .hint").contains("vpnprobe explain"), "what is not here is said");
    assertEquals(List.of(), browser.console());
  }

  private String text(String selector) {
    return browser.text("return document.querySelector('" + selector + "').textContent");
  }

  private String attribute(String selector, String name) {
    return browser.text(
        "return document.querySelector('" + selector + "').getAttribute('" + name + "')");
  }

  private static String count(String selector) {
    return "return document.querySelectorAll(\"" + selector + "\").length";
  }

  /** How many of these are to be seen. */
  private int seen(String selector) {
    return browser.number(
        "return [...document.querySelectorAll('"
            + selector
            + "')].filter(e => e.checkVisibility() && getComputedStyle(e).left !== '-1600px').length");
  }

  private void pictureOf(String selector, String name) throws IOException {
    browser.run("document.querySelector('" + selector + "').scrollIntoView({behavior: 'instant'})");
    picture(name, 1280, 900);
  }

  /** Takes a picture of the window and checks that something is on it. */
  private void picture(String name, int width, int height) throws IOException {
    browser.size(width, height);
    byte[] png = browser.screenshot();
    Files.write(PICTURES.resolve(name + ".png"), png);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(width, image.getWidth());
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y += 2) {
      for (int x = 0; x < image.getWidth(); x += 2) {
        colours.add(image.getRGB(x, y));
      }
    }
    assertTrue(colours.size() > 30, name + " has " + colours.size() + " colours");
  }
}
