package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.Optional;

/** The resolver that a network namespace has of its own (ip-netns(8)). */
final class ResolvConf {
  private static final java.nio.file.Path DIRECTORY = java.nio.file.Path.of("/etc/netns");

  private ResolvConf() {}

  /** The first name server of {@code /etc/netns/NAME/resolv.conf}, empty when there is none. */
  static Optional<InetAddress> of(String namespace) {
    java.nio.file.Path file = DIRECTORY.resolve(namespace).resolve("resolv.conf");
    try {
      return Files.isReadable(file) ? first(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** See resolv.conf(5). */
  static Optional<InetAddress> first(String text) {
    return text.lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length >= 2 && words[0].equals("nameserver"))
        .flatMap(words -> Optional.ofNullable(Hosts.parse(words[1])).stream())
        .findFirst();
  }
}
