package org.vpnprobe.config.imports;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Options;

/** Share links, recognized and read. */
public class LinkSpeed extends Speed {
  private static final How HOW =
      new How(Optional.empty(), List.of(), Optional.of("http://target.example/"));

  /** Links of the file. */
  @Param({"1", "100", "1000"})
  public int links;

  private final Importer importer = new Importer(Options.of("bench", Instant.EPOCH, "import"));
  private byte[] file = {};

  /** The file. */
  @Setup
  public void prepare() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < links; i++) {
      text.append(
          i % 2 == 0
              ? "trojan://secret@h%d.example.net:443?sni=www.example.com#t%d\n".formatted(i, i)
              : "ss://YWVzLTI1Ni1nY206c2VjcmV0@h%d.example.net:8388#s%d\n".formatted(i, i));
    }
    file = text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All of them. */
  @Benchmark
  public Batch read() throws Unreadable {
    return importer.read(List.of(Source.of("file", file, Path.of("target"))), null, HOW, Set.of());
  }
}
