package org.vpnprobe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Formats that draw on more than the report, and the limits of those who read them. */
class DossierFormatsTest {
  private static String written(Format format, Dossier dossier) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(dossier, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(DossierFormatsTest.class.getResourceAsStream(name), name);
  }

  private static Dossier many(int cells, State state) {
    return new Dossier(
        SampleReport.with(
            IntStream.range(0, cells)
                .mapToObj(i ->
                    SampleReport.cell(
                        "e" + i,
                        "mobile",
                        state,
                        state == State.INSUFFICIENT ? null : state == State.REACHABLE))
                .toList()),
        cell -> Optional.empty(),
        Map.of(),
        List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "github", "junit", "markdown", "ooni", "prometheus"})
  void theRichDossierIsWrittenAsAgreed(String name) throws Exception {
    Format format = Formats.named(name).orElseThrow();
    try (InputStream golden = resource("dossier-" + format.fileName())) {
      assertEquals(
          new String(golden.readAllBytes(), StandardCharsets.UTF_8),
          written(format, SampleDossier.rich()));
    }
  }

  /** Observations hold addresses and names; the archive takes none of them. */
  @Test
  void theArchiveIsScrubbed() throws Exception {
    String archive = written(new OoniFormat(), SampleDossier.rich());
    assertEquals(2, archive.lines().count(), "a control's trial belongs to the control's cell");
    assertFalse(archive.contains("192.0.2"), archive);
    assertFalse(archive.contains("vpn.example.org"), archive);
  }

  @Test
  void excelGetsItsMark() throws Exception {
    String plain = written(new CsvFormat(false), SampleDossier.rich());
    assertEquals("\uFEFF" + plain, written(Formats.csvWithMark(), SampleDossier.rich()));
  }

  @Test
  void junitHasTheSharedShapeAndCountsRight() throws Exception {
    Schema shape =
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
            .newSchema(new StreamSource(resource("junit-shape.xsd")));
    for (Dossier dossier :
        List.of(
            SampleReport.dossier(),
            SampleDossier.rich(),
            SampleDossier.hostile("a<\u0000"),
            many(0, State.DOWN))) {
      String xml = written(new JUnitFormat(), dossier);
      shape.newValidator().validate(new StreamSource(new StringReader(xml)));
      counted(xml);
    }
    String broken =
        written(new JUnitFormat(), SampleDossier.rich()).replaceFirst("classname=\"[^\"]*\"", "");
    assertThrows(
        SAXException.class,
        () -> shape.newValidator().validate(new StreamSource(new StringReader(broken))));
  }

  private static void counted(String xml) throws Exception {
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)))
            .getDocumentElement();
    NodeList suites = root.getElementsByTagName("testsuite");
    for (int i = -1; i < suites.getLength(); i++) {
      Element of = i < 0 ? root : (Element) suites.item(i);
      for (String[] pair :
          new String[][] {
            {"tests", "testcase"},
            {"failures", "failure"},
            {"errors", "error"},
            {"skipped", "skipped"}
          }) {
        if (i >= 0 || !pair[0].equals("skipped")) {
          assertEquals(
              of.getElementsByTagName(pair[1]).getLength(),
              Integer.parseInt(of.getAttribute(pair[0])),
              pair[0]);
        }
      }
    }
  }

  /** GitHub shows ten of a kind for a step and drops the rest without a word. */
  @Test
  void noMoreAnnotationsThanGitHubShows() throws Exception {
    for (State state : List.of(State.BLOCKED, State.INSUFFICIENT)) {
      String kind = state == State.BLOCKED ? "::error " : "::warning ";
      List<String> ten =
          written(new GitHubFormat(), many(10, state))
              .lines()
              .filter(line -> line.startsWith(kind) && line.contains("@mobile"))
              .toList();
      // The sample's rejected entry is an error, too.
      assertEquals(state == State.BLOCKED ? 9 : 10, ten.size());
      List<String> many =
          written(new GitHubFormat(), many(300, state))
              .lines()
              .filter(line -> line.startsWith(kind))
              .toList();
      assertEquals(10, many.size());
      int more = state == State.BLOCKED ? 292 : 291;
      assertTrue(many.getLast().contains("::" + more + " more "), many.getLast());
    }
  }

  /** Above 1 MiB GitHub refuses a step's summary as a whole. */
  @Test
  void theSummaryStaysBelowTheLimit() throws Exception {
    Report report = many(9000, State.BLOCKED).report();
    String whole = written(new MarkdownFormat(), many(9000, State.BLOCKED));
    assertTrue(whole.getBytes(StandardCharsets.UTF_8).length > GitHubFormat.SUMMARY_LIMIT);
    for (long present : new long[] {0, 1000, 1 << 19, GitHubFormat.SUMMARY_LIMIT - 900}) {
      String summary = GitHubFormat.summary(report, present);
      long size = present + summary.getBytes(StandardCharsets.UTF_8).length;
      assertTrue(size <= GitHubFormat.SUMMARY_LIMIT, size + " bytes");
      assertTrue(size > GitHubFormat.SUMMARY_LIMIT - 2000, size + " bytes: room is left");
      assertTrue(summary.contains("**Cut off here: "), "says that it is not all");
    }
    assertEquals("", GitHubFormat.summary(report, GitHubFormat.SUMMARY_LIMIT));
    assertEquals("", GitHubFormat.summary(report, 1L << 40));
  }

  @Test
  void seriesAreBounded() throws Exception {
    int most = PrometheusFormat.MOST_CELLS;
    String all = written(new PrometheusFormat(), many(most, State.REACHABLE));
    assertTrue(all.contains("vpnprobe_cells_left_out 0\n"));
    assertEquals(most, all.lines().filter(l -> l.startsWith("vpnprobe_cell_state{")).count());
    String more = written(new PrometheusFormat(), many(most + 7, State.REACHABLE));
    assertTrue(more.contains("vpnprobe_cells_left_out 7\n"));
    assertEquals(most, more.lines().filter(l -> l.startsWith("vpnprobe_cell_state{")).count());
  }

  /** Names that look the same once they are harmless would make one series of two. */
  @Test
  void noSeriesComesTwice() throws Exception {
    String metrics =
        written(
            new PrometheusFormat(),
            new Dossier(
                SampleReport.with(
                    List.of(
                        SampleReport.reachable("a\u0001", "mobile"),
                        SampleReport.reachable("a\u0002", "mobile"),
                        SampleReport.reachable("b".repeat(200) + "1", "mobile"),
                        SampleReport.reachable("b".repeat(200) + "2", "mobile"))),
                cell -> Optional.empty(),
                Map.of(),
                List.of()));
    List<String> series =
        metrics.lines().map(line -> line.substring(0, line.lastIndexOf(' '))).toList();
    assertEquals(series.size(), series.stream().distinct().count());
  }

  /** A collector runs as another user. */
  @Test
  void filesAreAsReadableAsTheUsersOthers(@TempDir Path folder) throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "");
    Path metrics = Formats.save(new PrometheusFormat(), SampleReport.dossier(), folder, true);
    assertEquals(Files.getPosixFilePermissions(other), Files.getPosixFilePermissions(metrics));
    assertTrue(Files.getPosixFilePermissions(metrics).contains(PosixFilePermission.OWNER_READ));
  }
}
