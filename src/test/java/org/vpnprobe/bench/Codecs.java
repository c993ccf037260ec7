package org.vpnprobe.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.core.BenchmarkGenerator;
import org.openjdk.jmh.generators.core.FileSystemDestination;
import org.openjdk.jmh.generators.core.SourceError;
import org.openjdk.jmh.generators.reflection.RFGeneratorSource;
import org.vpnprobe.config.imports.LinkSpeed;
import org.vpnprobe.engine.JournalSpeed;
import org.vpnprobe.layer.CurveSpeed;
import org.vpnprobe.protocol.MessageSpeed;
import org.vpnprobe.protocol.ikev2.Ikev2Speed;
import org.vpnprobe.protocol.obfs4.Obfs4Speed;
import org.vpnprobe.protocol.openvpn.OpenVpnSpeed;
import org.vpnprobe.protocol.shadowsocks.ShadowsocksSpeed;
import org.vpnprobe.protocol.vmess.VMessSpeed;
import org.vpnprobe.protocol.wireguard.WireGuardSpeed;
import org.vpnprobe.report.redact.RedactorSpeed;

/**
 * Cryptography and codecs one by one, by JMH. Arguments: JMH's own, such as a pattern of names,
 * {@code -f 3} or {@code -prof gc}; none for all of them. The code around each is generated and
 * compiled when this runs, so that no build waits for it.
 */
public final class Codecs {
  private static final List<Class<?>> ALL =
      List.of(
          CurveSpeed.class,
          WireGuardSpeed.class,
          OpenVpnSpeed.class,
          Ikev2Speed.class,
          MessageSpeed.class,
          ShadowsocksSpeed.class,
          Obfs4Speed.class,
          VMessSpeed.class,
          JournalSpeed.class,
          RedactorSpeed.class,
          LinkSpeed.class);

  private Codecs() {}

  /** Runs them in processes of their own. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("vpnprobe-bench");
    try {
      generate(folder);
      String classes = folder + File.pathSeparator + System.getProperty("java.class.path");
      List<String> words = new ArrayList<>();
      words.add(ProcessHandle.current().info().command().orElse("java"));
      words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      words.addAll(List.of("-cp", classes, org.openjdk.jmh.Main.class.getName()));
      words.addAll(List.of(args));
      int exit = new ProcessBuilder(words).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("JMH ended with " + exit);
      }
    } finally {
      Usage.delete(folder);
    }
  }

  /** What JMH puts around the methods, compiled, and its list of them. */
  private static void generate(Path folder) throws IOException {
    FileSystemDestination destination = new FileSystemDestination(folder.toFile(), folder.toFile());
    RFGeneratorSource source = new RFGeneratorSource();
    source.processClasses(ALL.toArray(Class<?>[]::new));
    BenchmarkGenerator generator = new BenchmarkGenerator();
    generator.generate(source, destination);
    generator.complete(source, destination);
    for (SourceError error : destination.getErrors()) {
      throw new IllegalStateException(error.toString());
    }
    List<String> words = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(folder)) {
      files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(words::add);
    }
    if (ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new))
        != 0) {
      throw new IllegalStateException("what JMH generated does not compile");
    }
  }
}
