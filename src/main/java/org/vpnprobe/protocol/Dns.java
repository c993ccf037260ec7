package org.vpnprobe.protocol;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.PathSockets;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One DNS query over UDP, TCP, TLS or HTTPS. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a response with our id and our question, whatever it says;
 *   <li>{@code authenticated}: the expected answer, and over TLS and HTTPS a trusted certificate,
 *       where an answer alone is enough when none is expected.
 * </ul>
 */
public final class Dns implements Protocol<DnsSettings> {
  /** Waits of one query over UDP: those of c-ares (ares_init_options(3): 2 s doubling, 3 tries). */
  private static final List<Duration> WAITS =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

  private static final Duration UDP_DEADLINE = Duration.ofSeconds(14);
  private static final Duration TCP_DEADLINE = Duration.ofSeconds(10);

  /** How long a second answer is waited for: an injected one comes before the true one. */
  private static final Duration SECOND = Duration.ofMillis(500);

  /** More messages than this are not looked at. */
  private static final int AT_MOST = 64;

  private static final MediaType MESSAGE = MediaType.get("application/dns-message");

  @Override
  public String name() {
    return "dns";
  }

  @Override
  public String summary() {
    return "DNS query over UDP, TCP, TLS (DoT) or HTTPS (DoH): name, type and expected answer chosen";
  }

  @Override
  public About about() {
    return new About(
        "handshake; authenticated over TLS and HTTPS, or with an expected answer",
        "authenticated",
        "one query: 2 datagrams; over TCP about 7 packets, over TLS and HTTPS about 12",
        "a line in a query log; a resolver may ask other servers",
        "RFC 1035; RFC 7766; RFC 7858; RFC 8484",
        """
        - name: resolver
          protocol: dns
          transport: tls
          address: dns.example.net:853
          query: www.example.com
          expect_answer: 192.0.2.10
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<DnsSettings> settings() {
    return DnsSettings.class;
  }

  /** None: each transport has its own. */
  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Facts facts(DnsSettings settings) {
    boolean udp = settings.carrier() == DnsSettings.Transport.UDP;
    return Facts.answering(
        udp ? Transport.UDP : Transport.TCP,
        settings.secured() || settings.expectAnswer() != null
            ? Depth.AUTHENTICATED
            : Depth.HANDSHAKE,
        udp ? UDP_DEADLINE : TCP_DEADLINE,
        udp ? List.of(WAITS.get(0), WAITS.get(0).plus(WAITS.get(1))) : Tcp.REPEATS);
  }

  @Override
  public Session open(DnsSettings settings, Trial trial) throws StepFailed {
    DnsQuery query = settings.query(trial.random());
    if (settings.carrier() == DnsSettings.Transport.UDP) {
      return trial.step(StepName.HANDSHAKE, () -> overUdp(settings, trial, query));
    }
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    boolean done = false;
    try {
      ByteStream stream = wire;
      if (settings.secured()) {
        TlsStream tls =
            trial.step(
                StepName.TLS, () -> Tls.handshake(wire, settings.offer(trial.host()), trial, null));
        stream = tls;
        if (settings.carrier() == DnsSettings.Transport.HTTPS) {
          trial.step(
              StepName.HANDSHAKE,
              () -> judge(settings, trial, ours(query, posted(settings, trial, tls, query))));
          done = true;
          return tls::close;
        }
      }
      ByteStream opened = stream;
      trial.step(
          StepName.HANDSHAKE, () -> judge(settings, trial, ours(query, overStream(opened, query))));
      done = true;
      return opened::close;
    } finally {
      if (!done) {
        wire.close();
      }
    }
  }

  private static Session overUdp(DnsSettings settings, Trial trial, DnsQuery query)
      throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      DnsQuery.Reply reply = asked(socket, trial, query);
      trial.observe("dns_answer", reply.describe());
      trial.reached(Depth.HANDSHAKE, "a response with our id and question");
      try {
        expect(settings, trial, reply);
      } catch (StepFailed e) {
        seconds(socket, trial, query);
        throw e;
      }
      done = true;
      return socket::close;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static DnsQuery.Reply asked(Datagrams socket, Trial trial, DnsQuery query)
      throws StepFailed {
    StepFailed foreign = null;
    int messages = 0;
    for (Duration wait : WAITS) {
      socket.send(query.bytes());
      long end = System.nanoTime() + wait.toNanos();
      for (long left = wait.toNanos(); left > 0 && messages < AT_MOST; messages++) {
        byte[] message = receive(socket, Duration.ofNanos(left), foreign);
        if (message == null) {
          break;
        }
        try {
          Optional<DnsQuery.Reply> reply = query.answer(message);
          if (reply.isPresent()) {
            return reply.get();
          }
          foreign = notOurs();
        } catch (StepFailed e) {
          foreign = e;
        }
        trial.observe("dns_foreign_message", message.length + " bytes");
        left = end - System.nanoTime();
      }
    }
    throw foreign == null
        ? new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the server did not answer")
        : foreign;
  }

  /** What came instead of an answer says more than the deadline. */
  private static byte @Nullable [] receive(
      Datagrams socket, Duration atMost, @Nullable StepFailed foreign) throws StepFailed {
    try {
      return socket.receive(atMost);
    } catch (StepFailed e) {
      throw foreign != null && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? foreign : e;
    }
  }

  /** Notes an answer that follows a wrong one: both together tell of an injection. */
  private static void seconds(Datagrams socket, Trial trial, DnsQuery query) {
    try {
      for (int i = 0; i < AT_MOST; i++) {
        byte[] message = socket.receive(SECOND);
        if (message == null) {
          return;
        }
        query
            .answer(message)
            .ifPresent(reply -> trial.observe("dns_second_answer", reply.describe()));
      }
    } catch (StepFailed e) {
      // The first answer has been judged; what fails later changes nothing.
    }
  }

  /** RFC 7766 section 8: two bytes of length before each message. */
  private static byte[] overStream(ByteStream stream, DnsQuery query) throws StepFailed {
    stream.write(new ByteWriter().u16(query.bytes().length).bytes(query.bytes()).toByteArray());
    byte[] length = stream.readFully(2);
    return stream.readFully(Byte.toUnsignedInt(length[0]) << 8 | Byte.toUnsignedInt(length[1]));
  }

  private static byte[] posted(DnsSettings settings, Trial trial, TlsStream tls, DnsQuery query)
      throws StepFailed {
    HttpUrl url =
        new HttpUrl.Builder()
            .scheme("https")
            .host(trial.host())
            .port(trial.server().getPort())
            .build()
            .resolve(Objects.requireNonNullElse(settings.path(), "/dns-query"));
    Request request =
        new Request.Builder()
            .url(Objects.requireNonNull(url))
            .header("Accept", MESSAGE.toString())
            .post(RequestBody.create(query.bytes(), MESSAGE))
            .build();
    try (Response response = client(trial, tls).newCall(request).execute()) {
      trial.observe("http_status", Integer.toString(response.code()));
      BufferedSource body = response.body().source();
      if (response.code() != 200) {
        throw new StepFailed(
            FailureKind.HTTP_UNEXPECTED,
            Integer.toString(response.code()),
            "the server answered HTTP " + response.code());
      }
      if (body.request(DnsQuery.LONGEST + 1L)) {
        throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the answer is too long");
      }
      return body.readByteArray();
    } catch (IOException e) {
      StepFailed failed = PathSockets.cause(e);
      throw failed != null
          ? failed
          : new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the server's answer is not HTTP");
    }
  }

  /** okhttp over the TLS connection that is already open and judged. */
  private static OkHttpClient client(Trial trial, TlsStream tls) {
    return PathSockets.client(trial.path(), Family.IP4)
        .socketFactory(PathSockets.factory(address -> tls))
        .sslSocketFactory(tls.finished(), tls.judged())
        .hostnameVerifier((host, session) -> true)
        .dns(host -> List.of(trial.server().getAddress()))
        .build();
  }

  private static StepFailed notOurs() {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "a DNS message that does not answer our question");
  }

  private static DnsQuery.Reply ours(DnsQuery query, byte[] message) throws StepFailed {
    return query.answer(message).orElseThrow(Dns::notOurs);
  }

  private static DnsQuery.Reply judge(DnsSettings settings, Trial trial, DnsQuery.Reply reply)
      throws StepFailed {
    trial.observe("dns_answer", reply.describe());
    trial.reached(Depth.HANDSHAKE, "a response with our id and question");
    expect(settings, trial, reply);
    return reply;
  }

  private static void expect(DnsSettings settings, Trial trial, DnsQuery.Reply reply)
      throws StepFailed {
    String expected = settings.expectAnswer();
    if (trial.goal() == Depth.HANDSHAKE || (expected == null && !settings.secured())) {
      return;
    }
    if (expected != null && !reply.holds(expected)) {
      throw new StepFailed(
          reply.rcode().equals("refused")
              ? FailureKind.AUTH_REJECTED
              : FailureKind.PROTO_UNEXPECTED_REPLY,
          reply.rcode().equals("noerror") ? "answer" : reply.rcode(),
          "the answer is not the expected one");
    }
    if (expected == null && reply.rcode().equals("refused")) {
      throw new StepFailed(FailureKind.AUTH_REJECTED, "the server answers others, not us");
    }
    trial.reached(
        Depth.AUTHENTICATED,
        settings.secured()
            ? "an answer under a trusted certificate"
            : "the answer is the expected one");
  }
}
