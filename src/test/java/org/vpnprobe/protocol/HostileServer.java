package org.vpnprobe.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;

/** A server that wants to hold a client, to fill its memory, or to lead it elsewhere. */
final class HostileServer implements AutoCloseable {
  /** What it does, over TCP or over UDP. */
  enum Manner {
    /** Random bytes without end, before the client said anything. */
    ENDLESS,
    /** One line without end. */
    ENDLESS_LINE,
    /** Lines without end. */
    ENDLESS_LINES,
    /** Every length field is as large as can be; then silence. */
    LENGTHS,
    ZEROS,
    /** A byte now and then. */
    DRIPS,
    NEVER_ANSWERS,
    CLOSES,
    RESETS,
    ECHOES,
    RANDOM_THEN_CLOSES,
    /** A ServerHello that announces more than it ever sends. */
    TLS_THAT_STALLS,
    /** TLS records of nothing, without end. */
    TLS_OF_EMPTY_RECORDS,

    TLS_ENDLESS(true),
    TLS_NEVER_ANSWERS(true),
    TLS_ECHOES(true),
    TLS_DRIPS(true),
    TLS_LENGTHS(true),
    HTTP_ENDLESS_HEADERS(true),
    HTTP_ENDLESS_INTERIM(true),
    HTTP_BOMB(true),
    HTTP_GIGANTIC_LENGTH(true),
    HTTP_GIGANTIC_CHUNK(true),
    HTTP_REDIRECTS(true),

    UDP_RANDOM,
    UDP_FLOODS,
    UDP_FLOODS_ECHOES,
    UDP_OVERSIZED,
    UDP_EMPTY,
    UDP_ECHOES,
    UDP_FROM_ANOTHER_PORT,
    UDP_FROM_ANOTHER_ADDRESS;

    private final boolean tls;

    Manner() {
      this(false);
    }

    Manner(boolean tls) {
      this.tls = tls;
    }

    boolean udp() {
      return name().startsWith("UDP_");
    }
  }

  private static final int CHUNK = 1 << 14;

  private final Manner manner;
  private final ServerSocket streams;
  private final DatagramSocket datagrams;
  private final int trap;
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  private volatile boolean over;

  /**
   * Listens for both transports at one port of loopback.
   *
   * @param tls its identity where the manner is one behind TLS
   * @param trap the port where it leads clients to
   */
  HostileServer(Manner manner, SSLContext tls, int trap) throws IOException {
    this.manner = manner;
    this.trap = trap;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    this.streams =
        manner.tls
            ? tls.getServerSocketFactory().createServerSocket(0, 50, loopback)
            : new ServerSocket(0, 50, loopback);
    this.datagrams = new DatagramSocket(manner.udp() ? new InetSocketAddress(loopback, 0) : null);
    open.addAll(List.of(streams, datagrams));
    Thread.ofVirtual().start(manner.udp() ? this::serveDatagrams : this::serveStreams);
  }

  InetSocketAddress address() {
    SocketAddress at =
        manner.udp() ? datagrams.getLocalSocketAddress() : streams.getLocalSocketAddress();
    return (InetSocketAddress) at;
  }

  private void serveStreams() {
    while (!over) {
      try {
        Socket connection = streams.accept();
        open.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      answer(connection, connection.getInputStream(), connection.getOutputStream());
    } catch (IOException e) {
      // The client had enough.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(Socket connection, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    Random random = new Random(7);
    switch (manner) {
      case ENDLESS -> endless(out, random(random, CHUNK));
      case ENDLESS_LINE -> endless(out, filled(CHUNK, 'a'));
      case ENDLESS_LINES -> endless(out, text("line\r\n".repeat(2000)));
      case TLS_ENDLESS -> {
        hear(in);
        endless(out, random(random, CHUNK));
      }
      case LENGTHS, TLS_LENGTHS -> {
        hear(in);
        out.write(filled(64, 0xff));
        hold(in);
      }
      case ZEROS -> {
        hear(in);
        endless(out, new byte[CHUNK]);
      }
      case DRIPS, TLS_DRIPS -> {
        while (!over) {
          out.write(random.nextInt(256));
          out.flush();
          Thread.sleep(50);
        }
      }
      case NEVER_ANSWERS, TLS_NEVER_ANSWERS -> hold(in);
      case CLOSES -> {}
      case RESETS -> connection.setSoLinger(true, 0);
      case ECHOES, TLS_ECHOES -> in.transferTo(out);
      case RANDOM_THEN_CLOSES -> {
        hear(in);
        out.write(random(random, 200));
        hear(in);
      }
      case TLS_THAT_STALLS -> {
        hear(in);
        // RFC 8446 sections 4, 5.1: a record of 2^14 bytes with a ServerHello of 2^24-1.
        out.write(new byte[] {22, 3, 3, 0x40, 0, 2, -1, -1, -1, 3, 3});
        hold(in);
      }
      case TLS_OF_EMPTY_RECORDS -> {
        hear(in);
        byte[] records = new byte[5 * 1000];
        for (int i = 0; i < records.length; i += 5) {
          System.arraycopy(new byte[] {22, 3, 3, 0, 0}, 0, records, i, 5);
        }
        endless(out, records);
      }
      case HTTP_ENDLESS_HEADERS -> {
        hear(in);
        out.write(text("HTTP/1.1 200 OK\r\n"));
        endless(out, text("X-More: and more\r\n".repeat(800)));
      }
      case HTTP_ENDLESS_INTERIM -> {
        hear(in);
        endless(out, text("HTTP/1.1 100 Continue\r\n\r\n".repeat(500)));
      }
      case HTTP_BOMB -> {
        hear(in);
        byte[] bomb = Bomb.BYTES;
        out.write(
            text(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\n"
                    + "Content-Length: %d\r\n\r\n".formatted(bomb.length)));
        out.write(bomb);
        hold(in);
      }
      case HTTP_GIGANTIC_LENGTH -> {
        hear(in);
        out.write(text("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"));
        endless(out, filled(CHUNK, 'a'));
      }
      case HTTP_GIGANTIC_CHUNK -> {
        hear(in);
        out.write(
            text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n"));
        endless(out, filled(CHUNK, 'a'));
      }
      case HTTP_REDIRECTS -> {
        hear(in);
        out.write(
            text(
                ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%1$d/\r\n"
                        + "Alt-Svc: h3=\"127.0.0.1:%1$d\", http/1.1=\"127.0.0.1:%1$d\"\r\n"
                        + "Content-Length: 0\r\n\r\n")
                    .formatted(trap)));
        hold(in);
      }
      default -> throw new IllegalStateException(manner + " is none of streams");
    }
    out.flush();
  }

  private void serveDatagrams() {
    Random random = new Random(7);
    byte[] buffer = new byte[65535];
    while (!over) {
      try {
        DatagramPacket heard = new DatagramPacket(buffer, buffer.length);
        datagrams.receive(heard);
        byte[] said = Arrays.copyOf(buffer, heard.getLength());
        SocketAddress client = heard.getSocketAddress();
        switch (manner) {
          case UDP_RANDOM -> say(datagrams, random(random, 1 + random.nextInt(1400)), client);
          case UDP_FLOODS, UDP_FLOODS_ECHOES ->
              Thread.ofVirtual()
                  .start(() -> flood(manner == Manner.UDP_FLOODS ? new byte[200] : said, client));
          case UDP_OVERSIZED -> say(datagrams, random(random, 65_507), client);
          case UDP_EMPTY -> say(datagrams, new byte[0], client);
          case UDP_ECHOES -> say(datagrams, said, client);
          case UDP_FROM_ANOTHER_PORT, UDP_FROM_ANOTHER_ADDRESS -> {
            String from = manner == Manner.UDP_FROM_ANOTHER_PORT ? "127.0.0.1" : "127.0.0.9";
            try (DatagramSocket other = new DatagramSocket(0, InetAddress.ofLiteral(from))) {
              say(other, said, client);
            }
          }
          default -> throw new IllegalStateException(manner + " is none of datagrams");
        }
      } catch (IOException e) {
        // Closed, or a client that is gone.
      }
    }
  }

  private void flood(byte[] payload, SocketAddress client) {
    try {
      while (!over) {
        say(datagrams, payload, client);
      }
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private static void say(DatagramSocket socket, byte[] payload, SocketAddress to)
      throws IOException {
    socket.send(new DatagramPacket(payload, payload.length, to));
  }

  private void endless(OutputStream out, byte[] what) throws IOException {
    while (!over) {
      out.write(what);
    }
  }

  private static void hear(InputStream in) throws IOException {
    in.read(new byte[CHUNK]);
  }

  private static void hold(InputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** 100 KB that become 100 MB. */
  private static final class Bomb {
    static final byte[] BYTES = bomb();

    private static byte[] bomb() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        byte[] nothing = new byte[1 << 20];
        for (int i = 0; i < 100; i++) {
          gzip.write(nothing);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }
  }

  @Override
  public void close() {
    over = true;
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        // It is gone either way.
      }
    }
  }
}
