package org.vpnprobe.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A connection of a lab server that goes on, unwrapped, to another server behind it. */
final class Spliced {
  /** Makes of what came through the outer connection what the inner one is to get. */
  @FunctionalInterface
  interface Source {
    /** The next bytes, none at the end. */
    byte[] next() throws IOException;
  }

  /** Takes what the inner server says. */
  @FunctionalInterface
  interface Sink {
    void put(byte[] bytes) throws IOException;
  }

  private static final int CHUNK = 8192;

  private Spliced() {}

  /** Carries bytes both ways until one side ends. */
  static void run(InetSocketAddress behind, Source fromClient, Sink toClient) throws IOException {
    try (Socket inner = new Socket(behind.getAddress(), behind.getPort())) {
      Thread back = Thread.ofVirtual().name("lab splice").start(() -> back(inner, toClient));
      try {
        OutputStream out = inner.getOutputStream();
        for (byte[] bytes = fromClient.next(); bytes.length > 0; bytes = fromClient.next()) {
          out.write(bytes);
          out.flush();
        }
      } finally {
        inner.close();
        join(back);
      }
    }
  }

  private static void back(Socket inner, Sink toClient) {
    try {
      InputStream in = inner.getInputStream();
      byte[] buffer = new byte[CHUNK];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        toClient.put(java.util.Arrays.copyOf(buffer, count));
      }
    } catch (IOException e) {
      // One of the two is gone, and so the other is closed.
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
