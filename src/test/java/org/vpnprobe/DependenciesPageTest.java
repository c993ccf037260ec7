package org.vpnprobe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of the libraries and the build say the same. */
class DependenciesPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/dependencies.md");
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+:[^`]+)` \\| (.+) \\| (.+) \\|");

  @Test
  void everyLibraryOfTheApplicationHasItsRow() throws Exception {
    Set<String> rows =
        Files.readAllLines(PAGE).stream()
            .map(ROW::matcher)
            .filter(row -> row.matches() && !row.group(2).isBlank() && !row.group(3).isBlank())
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(named(), rows);
    assertTrue(
        Files.readString(PAGE).contains(": " + rows.size() + " libraries"), "and their number");
  }

  /** What pom.xml names for the application, not for tests alone. */
  private static Set<String> named() throws Exception {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile())
            .getDocumentElement();
    Set<String> named = new TreeSet<>();
    NodeList all = project.getElementsByTagName("dependency");
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element dependency
          && dependency.getParentNode().getParentNode() == project
          && !text(dependency, "scope").equals("test")) {
        named.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
      }
    }
    assertTrue(named.size() > 10, named.toString());
    return named;
  }

  private static String text(Element dependency, String name) {
    NodeList nodes = dependency.getElementsByTagName(name);
    return nodes.getLength() == 0 ? "" : nodes.item(0).getTextContent();
  }
}
