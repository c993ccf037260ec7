package org.vpnprobe.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;

/**
 * The negotiation with the SOCKS5 proxy that a vantage stands behind. What the proxy itself does
 * wrong is {@code socks_error} and the vantage's fault; what it reports about the target is the
 * target's failure.
 */
final class Socks5 {
  private final ByteStream stream;

  Socks5(ByteStream stream) {
    this.stream = stream;
  }

  /** Agrees on a method and logs in (RFC 1928 section 3). */
  void greet(@Nullable String user, @Nullable Secret password) throws StepFailed {
    try {
      stream.write(
          user == null
              ? SocksMessages.methods(SocksMessages.NO_LOGIN)
              : SocksMessages.methods(SocksMessages.NO_LOGIN, SocksMessages.PASSWORD));
      int method = SocksMessages.chosen(stream);
      if (method == SocksMessages.PASSWORD && user != null && password != null) {
        stream.write(SocksMessages.login(user, password));
        if (!SocksMessages.accepted(stream)) {
          throw error("login", "the proxy refused the user or the password");
        }
      } else if (method != SocksMessages.NO_LOGIN) {
        throw error(
            "login",
            method == SocksMessages.NONE_ACCEPTABLE
                ? "the proxy accepts none of the ways to log in that we offer"
                : "the proxy chose a way to log in that we did not offer");
      }
    } catch (StepFailed e) {
      throw proxyFailed(e);
    }
  }

  /**
   * Sends a request and reads its reply (RFC 1928 sections 4 and 6). Silence is the target's: a
   * proxy that has greeted us waits for it.
   *
   * @return the address that the proxy bound
   */
  SocksAddress request(int command, SocksAddress target) throws StepFailed {
    try {
      stream.write(SocksMessages.request(command, target));
      SocksMessages.Reply reply = SocksMessages.reply(stream);
      if (reply.bound() == null) {
        throw refused(reply.code());
      }
      return reply.bound();
    } catch (StepFailed e) {
      throw switch (e.kind()) {
        case EOF_ERROR, CONNECTION_RESET, PROTO_UNEXPECTED_REPLY, PROTO_MALFORMED_REPLY ->
            proxyFailed(e);
        default -> e;
      };
    }
  }

  static StepFailed error(String argument, String detail) {
    return new StepFailed(FailureKind.SOCKS_ERROR, argument, detail);
  }

  /** A failure on the way to the proxy or of the proxy, as the vantage's. */
  static StepFailed proxyFailed(StepFailed e) {
    String argument =
        switch (e.kind()) {
          case PROTO_UNEXPECTED_REPLY, PROTO_MALFORMED_REPLY -> "not_socks5";
          case CONFIG_ERROR -> e.argument() == null ? e.kind().id() : e.argument();
          default -> e.kind().id();
        };
    return switch (e.kind()) {
      case SOCKS_ERROR, INTERRUPTED -> e;
      default ->
          new StepFailed(
              FailureKind.SOCKS_ERROR, argument, "the proxy failed: " + e.detail(), e.after(), e);
    };
  }

  /** A general failure or a rule of the proxy says nothing about the target. */
  private static StepFailed refused(int reply) {
    FailureKind kind =
        switch (reply) {
          case 3 -> FailureKind.NETWORK_UNREACHABLE;
          case 4 -> FailureKind.HOST_UNREACHABLE;
          case 5 -> FailureKind.CONNECTION_REFUSED;
          case 6 -> FailureKind.GENERIC_TIMEOUT_ERROR;
          default -> FailureKind.SOCKS_ERROR;
        };
    String argument = kind == FailureKind.SOCKS_ERROR ? "reply_" + reply : null;
    return new StepFailed(kind, argument, "the proxy reports: " + SocksMessages.meaning(reply));
  }

  /** Whether a source that a relay names can be this target; a name may be any address. */
  static boolean isFrom(InetSocketAddress target, SocksAddress source) {
    boolean named = target.getAddress() == null || target.getAddress().isAnyLocalAddress();
    return source.address() == null
        || (source.port() == target.getPort()
            && (named || source.address().equals(target.getAddress())));
  }
}
