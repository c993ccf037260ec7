package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.model.InvalidSetting;

/** Every example of the documentation is a carrier that opens, and mistakes are refused. */
@NullMarked
class LabExamplesTest {
  private static final Pattern EXAMPLE = Pattern.compile("^\\| .* \\| `([a-z_]+: .*)` \\|$");

  @Test
  void everyExampleOpens() throws IOException {
    List<String> examples =
        Files.readAllLines(Path.of("src/site/markdown/lab.md")).stream()
            .map(EXAMPLE::matcher)
            .filter(Matcher::matches)
            .map(found -> found.group(1))
            .toList();
    assertTrue(examples.size() > 45, "found " + examples.size());
    try (LabWorld world = new LabWorld()) {
      for (String example : examples) {
        assertDoesNotThrow(() -> world.carrier(example).close(), example);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss: 1.5",
        "portal: 404",
        "bursts: {every: 0s, last: 1s}",
        "bursts: {every: 1s, last: 1s, loss: 2}",
        "rules: [{to: [a.example]}]",
        "rules: [{action: swallow}]",
        "rules: [{action: drop, protocols: [htps]}]",
        "rules: [{action: throttle}]",
        "rules: [{action: throttle, rate: 0}]",
        "rules: [{action: drop, rate: 5}]",
        "rules: [{action: drop, inject: true}]",
        "rules: [{action: drop, after: {}}]",
        "rules: [{action: drop, after: {bytes: -1}}]",
        "rules: [{action: drop, residual: {seconds: 0}}]",
        "rules: [{action: drop, residual: {seconds: 9, action: throttle}}]",
        "rules: [{action: prohibit, residual: {seconds: 9}}]",
        "rules: [{action: drop, to: ['a.example:99999']}]",
        "dns: [{action: poison}]",
        "dns: [{action: poison, answer: []}]",
        "dns: [{action: poison, answer: [192.0.2.1], rcode: refused}]",
        "dns: [{action: drop, answer: [192.0.2.1]}]",
        "dns: [{action: inject, answer: [a.example]}]",
        "allow_only: ['a.example:0']",
        "blackhole: ['a.example:x']",
      })
  void mistakesAreRefused(String yaml) {
    assertThrows(InvalidFile.class, () -> LabWorld.parsed(yaml));
  }

  @Test
  void whatCannotBeRecognisedIsSaid() {
    try (LabWorld world = new LabWorld()) {
      assertThrows(InvalidSetting.class, () -> world.carrier("drop: [htps]"));
    }
  }
}
