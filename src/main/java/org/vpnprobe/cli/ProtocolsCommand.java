package org.vpnprobe.cli;

import java.util.concurrent.Callable;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import picocli.CommandLine.Command;

@Command(name = "protocols", description = "List the protocols that can be probed.")
final class ProtocolsCommand implements Callable<Integer> {
  private final Streams streams;

  ProtocolsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    int width = Protocols.names().stream().mapToInt(String::length).max().orElse(0);
    for (String name : Protocols.names()) {
      Protocol<?> protocol = Protocols.named(name).orElseThrow();
      streams.out().println(name + " ".repeat(width - name.length()) + "  " + protocol.summary());
    }
    return 0;
  }
}
