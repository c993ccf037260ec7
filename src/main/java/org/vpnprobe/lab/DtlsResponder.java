package org.vpnprobe.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramSender;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.protocol.Dtls.DtlsSettings;

/** Embedded DTLS servers: a cookie first, then the lab's certificate; some ask for the client's. */
public final class DtlsResponder implements ResponderFactory<DtlsSettings> {
  @Override
  public String protocol() {
    return "dtls";
  }

  @Override
  public Class<DtlsSettings> settings() {
    return DtlsSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(DtlsSettings settings) throws IOException {
    return new Listener(
        settings.cert() == null || settings.key() == null
            ? Optional.empty()
            : Optional.of(OwnCertificate.of(settings.cert(), settings.key())));
  }

  /** One session for each client address. */
  private static final class Listener implements Responder {
    private static final int LARGEST = 1 << 14;
    private static final int MAX_SESSIONS = 8192;

    private final DatagramSocket socket;
    private final Optional<OwnCertificate> client;
    private final BcTlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
    private final DTLSVerifier verifier = new DTLSVerifier(crypto);
    private final Map<SocketAddress, DtlsQueue> sessions = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Listener(Optional<OwnCertificate> client) throws IOException {
      this.client = client;
      this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      threads.execute(this::listen);
    }

    @Override
    public InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void listen() {
      DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
      while (!socket.isClosed()) {
        try {
          packet.setLength(LARGEST);
          socket.receive(packet);
          byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
          take(bytes, packet.getSocketAddress());
        } catch (IOException | RejectedExecutionException e) {
          // Closed, or an ICMP error of an earlier reply: the loop's condition tells.
        }
      }
    }

    private void take(byte[] bytes, SocketAddress from) {
      DtlsQueue known = sessions.get(from);
      if (known != null) {
        known.arrived(bytes);
        return;
      }
      DtlsQueue queue = new DtlsQueue(socket, from);
      DTLSRequest request =
          verifier.verifyRequest(
              from.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8),
              bytes,
              0,
              bytes.length,
              (DatagramSender) queue);
      if (request != null && sessions.size() < MAX_SESSIONS) {
        sessions.put(from, queue);
        threads.execute(() -> serve(queue, request, from));
      }
    }

    private void serve(DtlsQueue queue, DTLSRequest request, SocketAddress from) {
      try {
        DTLSTransport transport =
            new DTLSServerProtocol().accept(new DtlsServer(crypto, client), queue, request);
        byte[] buffer = new byte[LARGEST];
        while (transport.receive(buffer, 0, LARGEST, DtlsQueue.PATIENCE_MILLIS) >= 0) {}
        transport.close();
      } catch (IOException e) {
        // The client is gone, or one that this server refuses.
      } finally {
        sessions.remove(from);
      }
    }

    @Override
    public void close() {
      socket.close();
      threads.shutdownNow();
      threads.close();
    }
  }
}
