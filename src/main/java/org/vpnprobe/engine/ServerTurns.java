package org.vpnprobe.engine;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which server addresses are being spoken to. {@link Caps} keeps apart what the file names alike;
 * this what turns out to be the same server once its name is resolved. Thread-safe.
 */
final class ServerTurns {
  private final Set<InetAddress> busy = new HashSet<>();

  /** The turn of one trial. */
  final class Taken implements Turn, AutoCloseable {
    private @Nullable InetAddress server;
    private boolean waiting;
    private long since = System.nanoTime();

    @Override
    public boolean take(InetAddress wanted) throws InterruptedException {
      // A name that a proxy resolves: nobody here knows the address.
      if (wanted.isAnyLocalAddress()) {
        return false;
      }
      synchronized (busy) {
        if (server != null) {
          throw new IllegalStateException("a trial has one server");
        }
        boolean waited = busy.contains(wanted);
        waiting = waited;
        try {
          while (busy.contains(wanted)) {
            busy.wait();
          }
        } finally {
          waiting = false;
          since = System.nanoTime();
        }
        busy.add(wanted);
        server = wanted;
        return waited;
      }
    }

    /** What is left of the time that a trial may take, counted from where it could begin. */
    Duration left(Duration limit) {
      synchronized (busy) {
        return waiting ? limit : limit.minusNanos(System.nanoTime() - since);
      }
    }

    @Override
    public void close() {
      synchronized (busy) {
        if (server != null) {
          busy.remove(server);
          busy.notifyAll();
        }
      }
    }
  }

  Taken turn() {
    return new Taken();
  }
}
