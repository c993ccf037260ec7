package org.vpnprobe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomNode;
import org.commonmark.node.Emphasis;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Text of a server or of somebody else's journal does nothing in any format. */
class HostileTextTest {
  private static final String HARMLESS = "harmless";

  private static final Pattern METRIC =
      Pattern.compile(
          "# (HELP|TYPE) vpnprobe_\\w+ .*"
              + "|vpnprobe_\\w+(\\{\\w+=\"([^\"\\\\]|\\\\.)*\"(,\\w+=\"([^\"\\\\]|\\\\.)*\")*})? [0-9.]+");

  static List<String> texts() {
    return List.of(
        "\u001b[31mred\u001b[0m \u009b2J \u0007",
        "one\ntwo\r\nthree\u2028four\u0085five",
        "::error file=probes.yaml::injected",
        "\n::set-output name=x::y",
        "##[error]x",
        " \u00a0\u3000::error::x",
        "a ##vso[task.setvariable variable=A]b",
        "a ###teamcity[message text='b']",
        "%0A::error::x%0D",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1,1)",
        "\t=1+1",
        "\r=1+1",
        " =1+1",
        "＝1+1",
        "a;=1+1,\"=2+2\"",
        "\u202egnp.exe\u2066\u200b\ufeff",
        "<script>alert(1)</script>]]>&lt;&amp;\"'",
        "nul\u0000 \ufffe \uffff \ud800",
        "a|b\\|c `code` ``` \\`d\\`",
        "@someone #12 GH-3 https://evil.example/ www.evil.example a@evil.example",
        "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://evil.example/x.png)",
        "**bold** _it_ ~~no~~ </code> <!-- --> &copy;",
        "x\"} 1\nvpnprobe_fake{a=\"b\"} 1\n# TYPE x counter\\",
        "\\\"\\",
        "{\"a\":1}",
        "${jndi:ldap://evil.example/a}",
        "x".repeat(5000));
  }

  private static String written(Format format, String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(SampleDossier.hostile(text), out);
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(out.toByteArray()))
        .toString();
  }

  private static Stream<Format> formats() {
    return Formats.names().stream().map(name -> Formats.named(name).orElseThrow());
  }

  /** Nothing acts on a terminal, no line is added, no line is a command to a CI system. */
  @ParameterizedTest
  @MethodSource("texts")
  void noFormatLetsItOut(String text) throws Exception {
    for (Format format : formats().toList()) {
      String out = written(format, text);
      String name = format.name() + "\n" + out;
      assertTrue(
          out.codePoints().noneMatch(code -> Printable.harmful(code) && !allowed(format, code)),
          name);
      assertEquals(written(format, HARMLESS).lines().count(), out.lines().count(), name);
      assertFalse(Pattern.compile("##\\w*\\[").matcher(out).find(), name);
      if (!format.name().equals("github")) {
        assertTrue(out.lines().noneMatch(line -> line.matches("[\\p{Z}\\s]*::[^:]+::.*")), name);
      }
    }
  }

  private static boolean allowed(Format format, int code) {
    return code == '\n'
        || code == '\t' && format.name().equals("tsv")
        || code == '\r' && format.name().equals("csv");
  }

  @ParameterizedTest
  @MethodSource("texts")
  void jsonKeepsItAsItIs(String text) throws Exception {
    JsonNode report = new ObjectMapper().readTree(written(new JsonFormat(), text));
    assertEquals(text, report.get("cells").get(0).get("endpoint").asString());
    for (String line : written(new NdjsonFormat(), text).lines().toList()) {
      assertTrue(new ObjectMapper().readTree(line).get("endpoint").asString().startsWith(text));
    }
  }

  /** Into the part that is the measurement goes no text of others at all. */
  @ParameterizedTest
  @MethodSource("texts")
  void theArchiveHasItInNamesAlone(String text) throws Exception {
    assertEquals(testKeys(HARMLESS), testKeys(text));
  }

  /** Without the failure, of which the word of the vocabulary must be left. */
  private static JsonNode testKeys(String text) throws IOException {
    ObjectNode keys =
        (ObjectNode) new ObjectMapper().readTree(written(new OoniFormat(), text)).get("test_keys");
    ObjectNode step = (ObjectNode) keys.get("steps").get(0);
    assertTrue(step.remove("failure").asString().matches("http_unexpected(:harmless)?"));
    assertEquals("unknown_failure", keys.remove("failure").asString());
    return keys;
  }

  @ParameterizedTest
  @MethodSource("texts")
  void noFieldOfCsvIsAFormula(String text) throws Exception {
    List<List<String>> records = records(written(new CsvFormat(false), text));
    assertEquals(3, records.size());
    for (List<String> fields : records) {
      assertEquals(records.getFirst().size(), fields.size());
      for (String field : fields) {
        String begin = field.stripLeading();
        assertTrue(begin.isEmpty() || "=+-@\t\r＝＋－＠".indexOf(begin.charAt(0)) < 0, field);
      }
    }
  }

  /** RFC 4180 section 2. */
  private static List<List<String>> records(String csv) {
    List<List<String>> records = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted) {
        if (c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
          field.append(csv.charAt(++i));
        } else if (c == '"') {
          quoted = false;
        } else {
          field.append(c);
        }
      } else if (c == '"') {
        assertEquals(0, field.length(), "a quote within a field");
        quoted = true;
      } else if (c == ',' || c == '\r') {
        record.add(field.toString());
        field.setLength(0);
        if (c == '\r') {
          assertEquals('\n', csv.charAt(++i));
          records.add(List.copyOf(record));
          record.clear();
        }
      } else {
        field.append(c);
      }
    }
    assertEquals(0, field.length() + record.size(), "the last record ends in a line break, too");
    return records;
  }

  @ParameterizedTest
  @MethodSource("texts")
  void xmlIsWellFormed(String text) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    byte[] xml = written(new JUnitFormat(), text).getBytes(StandardCharsets.UTF_8);
    Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    NodeList cases = document.getElementsByTagName("testcase");
    assertEquals(3, cases.getLength());
    assertEquals(
        Printable.of(text).replaceAll("[\ufffe\uffff]", "\ufffd"),
        ((Element) cases.item(0)).getAttribute("name"));
    assertEquals(0, document.getElementsByTagName("script").getLength());
  }

  /** Read as a forge reads it: no element but code, no link, no emphasis that is not ours. */
  @ParameterizedTest
  @MethodSource("texts")
  void markdownShowsItAsCode(String text) throws Exception {
    String page = written(new MarkdownFormat(), text);
    StringBuilder words = new StringBuilder();
    Inert inert = new Inert(words);
    Parser.builder()
        .extensions(List.of(TablesExtension.create()))
        .build()
        .parse(page)
        .accept(inert);
    String shown = words.toString();
    assertFalse(inert.code, "code that does not end");
    assertEquals(21, inert.cells, page);
    assertFalse(shown.matches("(?s).*(@\\w|#\\d|://|www\\.).*"), shown);
  }

  /** Fails at what must not be there; keeps the text that stands outside code. */
  private static final class Inert extends AbstractVisitor {
    private final StringBuilder words;
    private boolean code;
    private int cells;

    Inert(StringBuilder words) {
      this.words = words;
    }

    /** Three rows of seven cells: more would be cut off, fewer would be empty. */
    @Override
    public void visit(CustomNode node) {
      if (node instanceof TableRow) {
        assertFalse(code, "code that does not end");
      }
      cells += node instanceof TableCell ? 1 : 0;
      visitChildren(node);
    }

    @Override
    public void visit(HtmlInline html) {
      assertTrue(
          List.of("<code>", "</code>", "<wbr>").contains(html.getLiteral()), html.getLiteral());
      code = code != html.getLiteral().endsWith("code>");
    }

    @Override
    public void visit(HtmlBlock html) {
      throw new AssertionError(html.getLiteral());
    }

    @Override
    public void visit(Link link) {
      throw new AssertionError(link.getDestination());
    }

    @Override
    public void visit(Image image) {
      throw new AssertionError(image.getDestination());
    }

    @Override
    public void visit(Emphasis emphasis) {
      throw new AssertionError("emphasis");
    }

    @Override
    public void visit(StrongEmphasis strong) {
      assertEquals("no", ((Text) strong.getFirstChild()).getLiteral());
    }

    @Override
    public void visit(Text text) {
      if (!code) {
        words.append(text.getLiteral()).append('\n');
      }
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void everyLineOfMetricsIsOurs(String text) throws Exception {
    String page = written(new PrometheusFormat(), text);
    page.lines().forEach(line -> assertTrue(METRIC.matcher(line).matches(), line));
    assertEquals(
        written(new PrometheusFormat(), HARMLESS).lines().filter(l -> l.startsWith("#")).toList(),
        page.lines().filter(line -> line.startsWith("#")).toList());
  }

  /** One command a line, its properties ours, its message closed to further commands. */
  @ParameterizedTest
  @MethodSource("texts")
  void annotationsAreOneCommandALine(String text) throws Exception {
    List<String> lines = written(new GitHubFormat(), text).lines().toList();
    assertEquals(3, lines.size());
    for (String line : lines) {
      assertTrue(
          line.matches("::(error|warning) (file=[^:,]*,line=1,col=1,)?title=[^:,]*::.*"), line);
      assertTrue(line.length() < 20_000, "as long as " + line.length());
    }
  }
}
