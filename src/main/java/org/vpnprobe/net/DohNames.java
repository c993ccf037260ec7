package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/** DNS over HTTPS (RFC 8484) over the path's own sockets. */
final class DohNames implements NameService {
  private static final MediaType MESSAGE = MediaType.get("application/dns-message");

  /** RFC 8484 section 6: a DNS message is never longer. */
  private static final long LONGEST = 65535;

  private final HttpUrl url;
  private final NameService bootstrap;
  private final RandomGenerator random;

  /**
   * @param bootstrap finds the resolver itself when the URL has a name
   */
  DohNames(HttpUrl url, NameService bootstrap, RandomGenerator random) {
    this.url = url;
    this.bootstrap = bootstrap;
    this.random = random;
  }

  @Override
  public String label() {
    return url.toString();
  }

  @Override
  public List<InetAddress> resolve(Sockets sockets, String host, Family family) throws StepFailed {
    DnsQuestion question = DnsQuestion.of(host, family, random);
    try {
      DnsReply reply = DnsReply.parse(post(sockets, question.bytes()), question);
      sockets.trace().observe("dns_answer", reply.describe());
      return Bogons.judge(sockets.trace(), reply.result());
    } catch (DnsReply.NotOurs e) {
      sockets.trace().observe(e.reason(), "over HTTPS");
      throw new StepFailed(
          FailureKind.DNS_SERVER_MISBEHAVING, "the resolver's message is no answer");
    }
  }

  private byte[] post(Sockets sockets, byte[] message) throws StepFailed {
    Request request =
        new Request.Builder()
            .url(url)
            .header("Accept", "application/dns-message")
            .post(RequestBody.create(message, MESSAGE))
            .build();
    var client = PathSockets.client(sockets::stream, name -> server(sockets, name)).build();
    try (Response response = client.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw new StepFailed(
            FailureKind.DNS_SERVER_MISBEHAVING,
            "http_" + response.code(),
            "the resolver answered HTTP " + response.code());
      }
      BufferedSource body = response.body().source();
      if (body.request(LONGEST + 1)) {
        throw new StepFailed(
            FailureKind.DNS_SERVER_MISBEHAVING, "the resolver's answer is too long");
      }
      return body.readByteArray();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The resolver's own address, IPv4 first. */
  private List<InetAddress> server(Sockets sockets, String name) throws StepFailed {
    try {
      return bootstrap.resolve(sockets, name, Family.IP4);
    } catch (StepFailed e) {
      if (e.kind() != FailureKind.DNS_NO_ANSWER) {
        throw e;
      }
      return bootstrap.resolve(sockets, name, Family.IP6);
    }
  }

  private static StepFailed failure(IOException e) {
    StepFailed inner = PathSockets.cause(e);
    if (inner != null) {
      return inner;
    }
    return e instanceof SSLException
        ? new StepFailed(
            FailureKind.SSL_FAILED_HANDSHAKE, "TLS with the DNS over HTTPS resolver failed")
        : new StepFailed(
            FailureKind.DNS_SERVER_MISBEHAVING, "the resolver did not answer over HTTPS");
  }
}
