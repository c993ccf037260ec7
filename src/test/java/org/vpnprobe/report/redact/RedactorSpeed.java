package org.vpnprobe.report.redact;

import java.time.Instant;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.PseudonymKey;

/** A line of talk redacted, by its form alone and with the names of so many endpoints known. */
public class RedactorSpeed extends Speed {
  private static final String LINE =
      " e3@a failed: no answer from 203.0.113.7:443 (vpn.example.net), [2001:db8::7]:443 refused";

  /** Endpoints of the journal. */
  @Param({"0", "100", "3000"})
  public int known;

  private Redactor redactor = Redactor.of(List.of());
  private int said;

  /** The redactor of a journal; a new one each time, since it remembers what it has redacted. */
  @Setup(Level.Iteration)
  public void prepare() throws InvalidFile {
    redactor =
        known == 0 ? Redactor.of(PseudonymKey.of(bytes(32))) : Redactor.of(List.of(journal()));
  }

  private Recorded journal() throws InvalidFile {
    StringBuilder text =
        new StringBuilder(
            "version: 1\nlab: {pace: 1}\ncarriers:\n  a: {via: {lab: clean}}\nendpoints:\n");
    for (int i = 0; i < known; i++) {
      text.append(
          "  - {name: e%d, protocol: tls, address: \"h%d.example.net:443\"}\n".formatted(i, i));
    }
    Instant at = Instant.parse("2027-01-01T00:00:00Z");
    Plan plan =
        ProbeFile.parse("probes.yaml", text.toString(), Options.of("bench", at, "bench")).plan();
    return new Recorded(plan, List.of(), at);
  }

  /** A line that it has not seen. */
  @Benchmark
  public String line() {
    return redactor.redact(said++ + LINE);
  }
}
