package org.vpnprobe.net;

import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/**
 * A named network namespace of Linux. A socket belongs to the namespace in which it is made, for
 * good; so a thread of its own enters, makes the socket and ends. All else runs outside.
 */
final class NamespaceExit implements Exit {
  /** Where {@code ip netns add} keeps them (ip-netns(8)). */
  private static final java.nio.file.Path DIRECTORY = java.nio.file.Path.of("/run/netns");

  private final Exit sockets = new DirectExit();
  private final String name;

  NamespaceExit(String name) {
    this.name = name;
  }

  /** Something done inside the namespace. */
  private interface Inside<T> {
    T run() throws StepFailed;
  }

  @Override
  public String kind() {
    return "netns";
  }

  @Override
  public SocketChannel stream(Family family) throws StepFailed {
    return inside(() -> sockets.stream(family));
  }

  @Override
  public DatagramChannel datagrams(Family family) throws StepFailed {
    return inside(() -> sockets.datagrams(family));
  }

  @Override
  public Optional<String> preflight() {
    try {
      inside(() -> true);
      return Optional.empty();
    } catch (StepFailed e) {
      return Optional.of(e.detail());
    }
  }

  private <T> T inside(Inside<T> body) throws StepFailed {
    if (!LinuxSocket.available()) {
      throw new StepFailed(
          FailureKind.VANTAGE_ERROR,
          "netns_unsupported",
          "network namespaces are a thing of Linux; use source: or proxy: instead");
    }
    FutureTask<T> task =
        new FutureTask<>(() -> {
          enter();
          return body.run();
        });
    Thread.ofPlatform().daemon().name("netns-" + name).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "entering the namespace was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StepFailed failed) {
        throw failed;
      }
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, null, "entering the namespace failed", null, e);
    }
  }

  private void enter() throws StepFailed {
    java.nio.file.Path file = DIRECTORY.resolve(name);
    try {
      LinuxSocket.enterNamespace(file.toString());
    } catch (LinuxSocket.Refused e) {
      if (!Files.exists(file)) {
        throw new StepFailed(
            FailureKind.VANTAGE_ERROR,
            "no_namespace",
            "there is no network namespace “" + name + "”; see the names with: ip netns");
      }
      throw new StepFailed(
          FailureKind.PERMISSION_DENIED,
          null,
          "entering the network namespace “" + name + "” is not permitted; run as root",
          null,
          e);
    }
  }
}
