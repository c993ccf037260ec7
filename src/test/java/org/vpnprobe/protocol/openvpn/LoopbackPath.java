package org.vpnprobe.protocol.openvpn;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;

/** Plain blocking sockets under a trace's deadline. */
public final class LoopbackPath implements Path {
  private final Trace trace;
  private final List<AutoCloseable> open = new ArrayList<>();

  public LoopbackPath(Trace trace) {
    this.trace = trace;
  }

  @Override
  public PathFacts facts() {
    return new PathFacts("direct", true, true, true, "host");
  }

  @Override
  public List<InetAddress> resolve(String host, Family family) throws StepFailed {
    return List.of(InetAddress.ofLiteral(host));
  }

  @Override
  public ByteStream tcp(InetSocketAddress server) throws StepFailed {
    try {
      Socket socket = new Socket();
      open.add(socket);
      socket.connect(server, millis(Duration.ofHours(1)));
      return new Stream(socket);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Datagrams udp(InetSocketAddress server) throws StepFailed {
    try {
      DatagramSocket socket = new DatagramSocket();
      open.add(socket);
      socket.connect(server);
      return new Udp(socket);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    for (AutoCloseable socket : open) {
      try {
        socket.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  private int millis(Duration atMost) throws StepFailed {
    Duration left = trace.remaining();
    if (left.isNegative() || left.isZero()) {
      throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the trial's time is over");
    }
    return (int) Math.max(1, Math.min(left.toMillis(), atMost.toMillis()));
  }

  private static StepFailed failed(IOException e) {
    FailureKind kind =
        switch (e) {
          case PortUnreachableException unreachable -> FailureKind.CONNECTION_REFUSED;
          case SocketTimeoutException timeout -> FailureKind.GENERIC_TIMEOUT_ERROR;
          case java.net.ConnectException refused -> FailureKind.CONNECTION_REFUSED;
          default -> FailureKind.CONNECTION_RESET;
        };
    return new StepFailed(kind, String.valueOf(e.getMessage()));
  }

  private final class Udp implements Datagrams {
    private final DatagramSocket socket;

    Udp(DatagramSocket socket) {
      this.socket = socket;
    }

    @Override
    public void send(byte[] payload) throws StepFailed {
      try {
        socket.send(new DatagramPacket(payload, payload.length));
        trace.sent(payload.length);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) throws StepFailed {
      DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
      try {
        socket.setSoTimeout(millis(atMost));
        socket.receive(packet);
        trace.received(packet.getLength());
        return Arrays.copyOf(packet.getData(), packet.getLength());
      } catch (SocketTimeoutException e) {
        millis(atMost);
        return null;
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public InetSocketAddress local() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress remote() {
      return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private final class Stream implements ByteStream {
    private final Socket socket;
    private Duration timeout = Duration.ofHours(1);

    Stream(Socket socket) {
      this.socket = socket;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws StepFailed {
      try {
        socket.setSoTimeout(millis(timeout));
        int count = socket.getInputStream().read(buffer, offset, length);
        trace.received(Math.max(0, count));
        return count;
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws StepFailed {
      try {
        socket.getOutputStream().write(buffer, offset, length);
        trace.sent(length);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public void readTimeout(Duration timeout) {
      this.timeout = timeout;
    }

    @Override
    public InetSocketAddress local() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress remote() {
      return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public InputStream in() {
      throw new UnsupportedOperationException();
    }

    @Override
    public OutputStream out() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
