package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Variation;
import tools.jackson.core.JacksonException;

/** Lines read token by token: the same as binding makes of them, right or wrong. */
class MeasurementLineTest {
  private static final Plan PLAN = new Draft().carrier("line").endpoints(2).plan();

  private static final String SIGNS = "\"\\{}[],:0123456789-+.eEnulltrufasPTSZ \t\u0000é日\ud800";

  private static Measurement measured(@Nullable FailureKind failure) {
    return FakeStation.measured(
        Draft.order("e1", Depth.HANDSHAKE, Duration.ofSeconds(10)),
        PLAN.createdAt().plusSeconds(1),
        Duration.ofSeconds(1),
        HostPort.of("192.0.2.1:443"),
        failure);
  }

  private static List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line(measured(null)));
    lines.add(line(measured(FailureKind.TLS_ALERT).tainted("residual_window")));
    for (Variation variation :
        List.of(
            new Variation.Same(),
            new Variation.OtherSni("www.example.com"),
            new Variation.FirstFlight(Variation.Alteration.SPLIT_RECORDS),
            new Variation.Lookup(null, "192.0.2.1", Variation.Way.UDP))) {
      lines.add(line(ofExperiment(measured(null), new Experiment("swap", 3, variation))));
    }
    return lines;
  }

  private static Measurement ofExperiment(Measurement m, Experiment experiment) {
    return new Measurement(
        m.id(),
        m.cell(),
        m.cell(),
        m.endpoint(),
        m.vantage(),
        m.family(),
        Purpose.EXPERIMENT,
        m.round(),
        m.started(),
        m.took(),
        m.address(),
        m.deadline(),
        m.asked(),
        m.reached(),
        m.proof(),
        m.failure(),
        m.latency(),
        m.steps(),
        m.observations(),
        m.tainted(),
        experiment);
  }

  private static String line(Measurement m) {
    return JournalFormat.line(JournalFormat.MEASUREMENT, m);
  }

  private static Object outcome(Function<String, Measurement> reader, String line) {
    try {
      return reader.apply(line);
    } catch (JacksonException
        | IllegalArgumentException
        | DateTimeException
        | ArithmeticException
        | NullPointerException e) {
      return "refused"; // As a journal's reader refuses the line.
    }
  }

  private static void agree(String line) {
    Object bound = outcome(JournalFormat::bound, line);
    assertEquals(bound, outcome(JournalFormat::measurement, line), line);
    byte[] bytes = bytes(line);
    if (line.chars().allMatch(sign -> sign < 0x80)) {
      // What is not ASCII is made a text before.
      JournalFormat.measurement(bytes, bytes.length).ifPresent(m -> assertEquals(bound, m, line));
    }
  }

  private static String ascii(String line) {
    return line.replaceAll("[^ -~]", "x");
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatThisVersionWritesIsNotBound() throws Exception {
    for (String each : lines()) {
      String line = ascii(each);
      assertTrue(JournalFormat.isMeasurement(line), line);
      assertEquals(
          Optional.of(JournalFormat.bound(line)),
          JournalFormat.measurement(bytes(line), bytes(line).length));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"round\":0|\"round\":0,\"later\":[{}]",
        "\"round\":0|\"round\":0,\"round\":1",
        "\"round\":0|\"round\":\"0\"",
        "\"round\":0|\"round\":0.0",
        "\"round\":0|\"round\":99999999999",
        "\"round\":0,|''",
        "\"family\":\"ip4\"|\"family\":\"IP4\"",
        "\"family\":\"ip4\"|\"family\":null",
        "\"family\":\"ip4\"|\"family\":0",
        "\"took\":\"PT1S\"|\"took\":1",
        "\"took\":\"PT1S\"|\"took\":\"\"",
        "\"type\":\"measurement\"|\"type\":\"measurement\",\"type\":\"plan\"",
        "\"sent\":148|\"sent\":148,\"sent\":1",
        "\"sent\":148,|''",
        "\"key\":\"server\"|\"key\":null",
      })
  void whatIsWrittenOtherwiseIsBound(String written, String otherwise) {
    String line = lines().getFirst();
    assertTrue(line.contains(written), "the test must change something: " + line);
    String changed = line.replace(written, otherwise);
    assertEquals(
        Optional.empty(), JournalFormat.measurement(bytes(changed), bytes(changed).length));
    agree(changed);
  }

  /** Neither reader takes what the other refuses, and what both take is the same. */
  @Test
  void twentyThousandChangedLines() {
    Random random = new Random(13);
    List<String> lines = lines();
    lines.addAll(lines.stream().map(MeasurementLineTest::ascii).toList());
    for (int i = 0; i < 20_000; i++) {
      StringBuilder changed = new StringBuilder(lines.get(i % lines.size()));
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(changed.length());
        char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
        switch (random.nextInt(5)) {
          case 0 -> changed.deleteCharAt(at);
          case 1 -> changed.insert(at, sign);
          case 2 -> changed.setLength(Math.max(1, at));
          case 3 -> {
            int to = Math.min(changed.length(), at + random.nextInt(60));
            changed.insert(random.nextInt(changed.length()), changed.substring(at, to));
          }
          default -> changed.setCharAt(at, sign);
        }
      }
      agree(changed.toString());
    }
  }
}
