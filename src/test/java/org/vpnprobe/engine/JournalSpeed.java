package org.vpnprobe.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.vpnprobe.analysis.PackedMeasurements;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/** A line of the journal, and a measurement as a report keeps it. */
public class JournalSpeed extends Speed {
  private static final int ROWS = 1000;

  private final Plan plan = new Draft().carrier("line").endpoints(2).plan();
  private final Measurement measurement =
      FakeStation.measured(
          Draft.order("e1", Depth.HANDSHAKE, Duration.ofSeconds(10)),
          plan.createdAt().plusSeconds(1),
          Duration.ofSeconds(1),
          HostPort.of("192.0.2.1:443"),
          null);
  private final String text = lineWrite();
  private final byte[] line = text.getBytes(StandardCharsets.UTF_8);
  private final PackedMeasurements packed = thousandPacked();

  /** A measurement written. */
  @Benchmark
  public final String lineWrite() {
    return JournalFormat.line(JournalFormat.MEASUREMENT, measurement);
  }

  /** The line read token by token. */
  @Benchmark
  public Measurement lineRead() {
    return JournalFormat.measurement(line, line.length).orElseThrow();
  }

  /** The line bound, as one of another version is. */
  @Benchmark
  public Measurement lineBound() {
    return JournalFormat.bound(text);
  }

  /** A thousand of the same packed. */
  @Benchmark
  public final PackedMeasurements thousandPacked() {
    PackedMeasurements.Builder builder = new PackedMeasurements.Builder();
    builder.names(plan);
    for (int i = 0; i < ROWS; i++) {
      builder.add(measurement);
    }
    return builder.build();
  }

  /** One of them put together again. */
  @Benchmark
  public Measurement unpacked() {
    return packed.get(ROWS / 2);
  }
}
