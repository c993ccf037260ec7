package org.vpnprobe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Holds the floors of the house: a floor only looks down, and floors of one height are strangers.
 */
class HouseTest {
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("model"),
          List.of("net", "analysis"),
          List.of("layer"),
          List.of("protocol"),
          List.of("config", "lab"),
          List.of("engine"),
          List.of("report", "store"),
          List.of("cli"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.vpnprobe");

  @Test
  void floorsOnlyLookDown() {
    for (int height = 0; height < FLOORS.size(); height++) {
      for (String room : FLOORS.get(height)) {
        String[] forbidden = above(height, room);
        if (forbidden.length > 0) {
          noClasses()
              .that()
              .resideInAPackage(in(room))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden)
              .allowEmptyShould(true)
              .check(CLASSES);
        }
      }
    }
  }

  @Test
  void analysisIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage(in("analysis"), in("model"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.nio.channels..", "java.io..", "java.nio.file..", "java.util.concurrent..")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  @Test
  void protocolsDoNotKnowEachOther() {
    var folders =
        CLASSES.stream()
            .map(c -> c.getPackageName())
            .filter(p -> p.startsWith("org.vpnprobe.protocol."))
            .distinct()
            .toList();
    for (String folder : folders) {
      noClasses()
          .that()
          .resideInAPackage(folder + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              folders.stream().filter(f -> !f.equals(folder)).toArray(String[]::new))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  /** It is a library under another licence: whoever leaves it out has these classes to replace. */
  @Test
  void onlyKwikClassesKnowKwik() {
    noClasses()
        .that()
        .haveNameNotMatching(
            ".*\\.(Kwik|Http3Responder|QuicResponder|Hysteria2Responder|TuicResponder)\\w*(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tech.kwik..")
        .check(CLASSES);
  }

  private static String[] above(int height, String room) {
    return java.util.stream.IntStream.range(height, FLOORS.size())
        .mapToObj(FLOORS::get)
        .flatMap(List::stream)
        .filter(other -> !other.equals(room))
        .map(HouseTest::in)
        .toArray(String[]::new);
  }

  private static String in(String room) {
    return Arrays.asList("org.vpnprobe", room).stream().reduce((a, b) -> a + "." + b).orElseThrow()
        + "..";
  }
}
