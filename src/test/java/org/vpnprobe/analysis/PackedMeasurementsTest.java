package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;

/** Packed measurements: each comes back as it was, whatever is in it. */
class PackedMeasurementsTest {
  private final Random random = new Random(7);

  private Measurement measurement(int number) {
    Purpose purpose = pick(Purpose.values());
    String cell = "e" + number % 40 + "@c";
    return new Measurement(
        random.nextBoolean() ? cell + "#screening.0." + number : text(),
        cell,
        random.nextBoolean() ? null : text(),
        text("e" + number % 40),
        text("c"),
        pick(Family.values()),
        purpose,
        random.nextInt(),
        Instant.ofEpochSecond(random.nextLong(-31_557_014_167_219_200L, 31_556_889_864_403_200L)),
        duration(),
        random.nextBoolean() ? null : text("192.0.2.1:443"),
        duration(),
        pick(Depth.values()),
        random.nextBoolean() ? null : pick(Depth.values()),
        random.nextBoolean() ? null : text(),
        random.nextBoolean() ? null : failure(),
        random.nextBoolean() ? null : duration(),
        steps(),
        random.nextBoolean() ? List.of() : observations(),
        random.nextBoolean() ? null : text("residual_window"),
        purpose == Purpose.EXPERIMENT
            ? new Experiment(text(), random.nextInt(), new Variation.OtherPort(random.nextInt()))
            : null);
  }

  private Failure failure() {
    return new Failure(
        pick(StepName.values()),
        pick(FailureKind.values()),
        random.nextBoolean() ? null : text(),
        text(),
        random.nextBoolean() ? null : duration());
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      steps.add(
          new Step(
              pick(StepName.values()),
              duration(),
              duration(),
              random.nextLong(),
              random.nextInt(),
              random.nextLong(),
              random.nextInt(),
              random.nextBoolean() ? null : text()));
    }
    return steps;
  }

  private List<Observation> observations() {
    List<Observation> all = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      all.add(new Observation(duration(), text(), text()));
    }
    return all;
  }

  private <E> E pick(E[] values) {
    return values[random.nextInt(values.length)];
  }

  private Duration duration() {
    return switch (random.nextInt(6)) {
      case 0 -> Duration.ZERO;
      case 1 -> Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
      case 2 -> Duration.ofSeconds(Long.MIN_VALUE);
      case 3 -> Duration.ofNanos(-1);
      default -> Duration.ofNanos(random.nextLong(20_000_000_000L));
    };
  }

  /** A text that is not seen often, with what is no character alone. */
  private String text() {
    return random.nextInt(8) == 0 ? "" : "\ud800\u0000é日" + random.nextInt(90);
  }

  /** The same text, but another object, as a reader makes it. */
  private static String text(String value) {
    return new String(value.toCharArray());
  }

  private static PackedMeasurements packed(List<Measurement> all) {
    PackedMeasurements.Builder builder = new PackedMeasurements.Builder();
    all.forEach(builder::add);
    return builder.build();
  }

  @Test
  void eachComesBackAsItWas() {
    List<Measurement> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      all.add(measurement(i));
    }
    PackedMeasurements packed = packed(all);
    assertEquals(all, packed);
    assertEquals(all, new Recorded(Worlds.usual().plan(), packed, Instant.EPOCH).measurements());
    assertThrows(IndexOutOfBoundsException.class, () -> packed.get(20_000));
    assertThrows(UnsupportedOperationException.class, () -> packed.add(all.getFirst()));
  }

  /** One row may be longer than the pieces that rows are kept in. */
  @Test
  void alsoOneThatIsLong() {
    List<Observation> many = new ArrayList<>();
    for (int i = 0; i < 400_000; i++) {
      many.add(new Observation(Duration.ofNanos(i), "icmp", "value " + i % 7));
    }
    List<Measurement> all =
        List.of(measurement(1), seen(2, null, many), measurement(3), seen(4, null, many));
    assertEquals(all, packed(all));
  }

  private static Measurement seen(int number, @Nullable String serves, List<Observation> seen) {
    return new Measurement(
        "e@c#counted." + number,
        text("e@c"),
        serves,
        text("e"),
        text("c"),
        Family.IP4,
        Purpose.COUNTED,
        number,
        Instant.EPOCH,
        Duration.ofMillis(900),
        text("192.0.2.1:443"),
        Duration.ofSeconds(10),
        Depth.HANDSHAKE,
        Depth.HANDSHAKE,
        text("an answer"),
        null,
        null,
        List.of(),
        seen,
        null);
  }

  @Test
  void whatIsSaidAlikeIsKeptOnce() {
    List<Observation> icmp = List.of(new Observation(Duration.ZERO, text("icmp"), text("a value")));
    PackedMeasurements packed = packed(List.of(seen(1, text("e@c"), icmp), seen(2, null, icmp)));
    Measurement one = packed.get(0);
    Measurement two = packed.get(1);
    assertSame(one.cell(), two.cell());
    assertSame(one.cell(), one.serves());
    assertSame(one.address(), two.address());
    assertSame(one.proof(), two.proof());
    assertSame(one.observations().getFirst().value(), two.observations().getFirst().value());
  }

  @Test
  void changesAreMadeWhenOneIsAskedFor() {
    List<Measurement> all = List.of(measurement(1), measurement(2));
    MeasurementList changed =
        packed(all).changed((place, m) -> place == 1 ? m.tainted("because") : m);
    assertEquals(List.of(all.get(0), all.get(1).tainted("because")), changed);
  }
}
