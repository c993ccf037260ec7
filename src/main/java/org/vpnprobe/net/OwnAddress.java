package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/** Which address a path's packets come from, as this host or somebody the user named sees it. */
public final class OwnAddress {
  /** A page that tells an address is short. */
  private static final long LONGEST_PAGE = 16 * 1024;

  /** What may be an IPv4 or IPv6 literal. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?<![0-9A-Za-z.:])([0-9]{1,3}(\\.[0-9]{1,3}){3}(?!\\.?[0-9A-Za-z])"
              + "|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)");

  /** RFC 5737 and RFC 3849: addresses for documentation, which nobody has. */
  private static final String NOBODY_4 = "203.0.113.1";

  private static final String NOBODY_6 = "2001:db8::1";

  private OwnAddress() {}

  /**
   * The source address that the routing of this host gives to packets of this path. Nothing is
   * sent: a datagram socket is connected and closed.
   *
   * @throws StepFailed when there is no route
   */
  public static InetAddress local(Path path, Family family) throws StepFailed {
    String nobody = family == Family.IP4 ? NOBODY_4 : NOBODY_6;
    try (Datagrams socket = path.udp(new InetSocketAddress(InetAddress.ofLiteral(nobody), 9))) {
      return socket.local().getAddress();
    }
  }

  /**
   * Asks a web page for the address it sees: the first address in what it answers.
   *
   * @param url {@code https://…}; its certificate is verified, no redirect is followed
   * @throws StepFailed when there is no address in an answer with status 200
   */
  public static InetAddress https(Path path, String url, Family family) throws StepFailed {
    return https(path, url, family, client -> client);
  }

  static InetAddress https(
      Path path, String url, Family family, UnaryOperator<OkHttpClient.Builder> trust)
      throws StepFailed {
    Request request = new Request.Builder().url(HttpUrl.get(url)).header("Accept", "*/*").build();
    OkHttpClient client = trust.apply(PathSockets.client(path, family)).build();
    try (Response response = client.newCall(request).execute()) {
      if (response.code() != 200) {
        throw new StepFailed(
            FailureKind.HTTP_UNEXPECTED, "the page answered HTTP " + response.code());
      }
      BufferedSource body = response.body().source();
      if (body.request(LONGEST_PAGE + 1)) {
        throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the page is too long");
      }
      return first(body.readUtf8(), family)
          .orElseThrow(
              () -> new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the page holds no address"));
    } catch (IOException e) {
      StepFailed inner = PathSockets.cause(e);
      throw inner != null
          ? inner
          : new StepFailed(
              FailureKind.SSL_FAILED_HANDSHAKE, "the page could not be had over verified TLS");
    }
  }

  /** The first literal of this family in a text. */
  static Optional<InetAddress> first(String text, Family family) {
    Matcher matcher = LITERAL.matcher(text);
    while (matcher.find()) {
      InetAddress address = Hosts.parse(matcher.group());
      if (address != null && Hosts.is(address, family)) {
        return Optional.of(address);
      }
    }
    return Optional.empty();
  }

  /** An address that no table of the public Internet can know: private, CGNAT, reserved. */
  public static boolean isSpecial(InetAddress address) {
    return Bogons.contains(address);
  }

  /** RFC 6598: the carrier's own NAT. */
  public static boolean isCarrierNat(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
  }

  /** The first name server of this host that is an address, from {@code /etc/resolv.conf}. */
  public static @Nullable InetAddress resolver() {
    try {
      java.nio.file.Path file = java.nio.file.Path.of("/etc/resolv.conf");
      List<String> lines = java.nio.file.Files.readAllLines(file);
      return ResolvConf.first(String.join("\n", lines)).orElse(null);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }
}
