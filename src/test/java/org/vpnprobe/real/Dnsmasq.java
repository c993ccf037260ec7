package org.vpnprobe.real;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dnsmasq that knows what it is told and nothing of this machine. */
final class Dnsmasq {
  private Dnsmasq() {}

  /**
   * Starts one and waits until it answers.
   *
   * @param namespace where it runs, null for this host's own
   * @param directory where its log is kept
   * @param more options of dnsmasq(8)
   */
  static Daemon start(@Nullable String namespace, Path directory, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Needs.program("dnsmasq"),
                "-k",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--log-facility=-",
                "--pid-file="));
    words.addAll(List.of(more));
    return Daemon.start(namespace, directory, words.toArray(String[]::new)).awaitLog("started");
  }
}
