package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import com.jcraft.jsch.Logger;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.PathSockets;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Trial;

/** One connection of jsch's over a stream of ours, and what its exceptions mean. */
final class SshConnection {
  /**
   * What OpenSSH calls itself (RFC 4253 section 4.2): most clients do, so it singles nobody out.
   */
  private static final String IDENTIFICATION = "SSH-2.0-OpenSSH_9.9";

  /** RFC 4254 section 5.1. */
  private static final int ADMINISTRATIVELY_PROHIBITED = 1;

  private final SshSettings settings;
  private final Trial trial;
  private final ByteStream stream;
  private final SshWire wire;
  private final ShownKey key;
  private final boolean login;
  private @Nullable Session session;
  private @Nullable StepFailed brokeInLogin;

  SshConnection(SshSettings settings, Trial trial, ByteStream stream) {
    this.settings = settings;
    this.trial = trial;
    this.stream = stream;
    this.wire = new SshWire(stream, line -> trial.observe("ssh_server", line));
    this.key = new ShownKey(settings.pinned(), trial);
    this.login = settings.username() != null && trial.goal().atLeast(Depth.AUTHENTICATED);
  }

  /**
   * Exchanges keys and logs in when there is a login; without one the connection is over then.
   *
   * @return whether it stays open
   * @throws StepFailed of the step {@code auth} when the login failed
   */
  boolean open() throws StepFailed {
    try {
      Session made = session();
      session = made;
      made.connect();
      trial.reached(Depth.AUTHENTICATED, "the server accepted our login");
      return true;
    } catch (JSchException | RuntimeException e) {
      if (e.getCause() instanceof KeyExchangeOnly.Done) {
        return false;
      }
      StepFailed failed = failure(e);
      if (!key.verified()) {
        throw failed;
      }
      // One call of the library does both steps.
      return trial.step(
          StepName.AUTH,
          () -> {
            throw failed;
          });
    }
  }

  private Session session() throws JSchException {
    JSch jsch = new JSch();
    jsch.setHostKeyRepository(key);
    String username = settings.username();
    Session made =
        jsch.getSession(username == null ? "nobody" : username, "server", trial.server().getPort());
    made.setProxy(wire);
    made.setThreadFactory(Thread.ofVirtual().factory());
    made.setLogger(new LoginTrouble());
    made.setClientVersion(IDENTIFICATION);
    made.setConfig("StrictHostKeyChecking", "yes");
    made.setConfig("prefer_known_host_key_types", "no");
    made.setConfig("server_host_key", String.join(",", SshHostKey.algorithms(settings.pinned())));
    // A second try with another method would count as a second wrong password.
    made.setConfig("MaxAuthTries", "1");
    if (!login) {
      made.setConfig("userauth.none", KeyExchangeOnly.class.getName());
      return made;
    }
    Secret password = settings.password();
    Secret privateKey = settings.privateKey();
    if (privateKey != null) {
      Secret passphrase = settings.passphrase();
      made.setConfig("PreferredAuthentications", "publickey");
      jsch.addIdentity(
          "private_key", privateKey.bytes(), null, passphrase == null ? null : passphrase.bytes());
    } else if (password != null) {
      made.setConfig("PreferredAuthentications", "password,keyboard-interactive");
      made.setPassword(password.bytes());
      made.setUserInfo(new Answers(password));
    }
    return made;
  }

  private StepFailed failure(Exception e) {
    StepFailed refusal = key.refusal();
    if (refusal != null) {
      return refusal;
    }
    StepFailed network = PathSockets.cause(e);
    if (network != null) {
      return network;
    }
    return key.verified() ? loginFailure(e) : exchangeFailure(e);
  }

  private StepFailed loginFailure(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (brokeInLogin != null) {
      return brokeInLogin;
    }
    return message.startsWith("Auth ") || e instanceof JSchSessionDisconnectException
        ? new StepFailed(FailureKind.AUTH_REJECTED, "the server refused our login")
        : malformed();
  }

  private static StepFailed exchangeFailure(Exception e) {
    if (e instanceof JSchAlgoNegoFailException different) {
      return new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "algorithms",
          "the server and we share no algorithm of " + different.getAlgorithmName());
    }
    if (e instanceof JSchSessionDisconnectException disconnect) {
      return new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "disconnect",
          "the server left the key exchange with reason " + disconnect.getReasonCode());
    }
    if (String.valueOf(e.getMessage()).startsWith("verify: ")) {
      return new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY, "the server's signature does not verify");
    }
    return malformed();
  }

  private static StepFailed malformed() {
    return new StepFailed(
        FailureKind.PROTO_MALFORMED_REPLY, "the server's messages break the rules of SSH");
  }

  /**
   * Opens a channel to the target (RFC 4254 section 7.2).
   *
   * @throws StepFailed {@code auth_rejected} when the server forbids it, {@code data_echo_failed}
   *     when it cannot reach the target
   */
  SshChannel channel(Target target) throws StepFailed {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("there is no connection");
    }
    ChannelDirectTCPIP channel = null;
    try {
      channel = (ChannelDirectTCPIP) open.openChannel("direct-tcpip");
      channel.setHost(target.server().host());
      channel.setPort(target.server().port());
      InputStream in = channel.getInputStream();
      channel.connect();
      return new SshChannel(channel, in, channel.getOutputStream(), wire, stream, target);
    } catch (JSchException | IOException | RuntimeException e) {
      StepFailed network = wire.broken();
      if (network != null) {
        throw network;
      }
      boolean forbidden = channel != null && channel.getExitStatus() == ADMINISTRATIVELY_PROHIBITED;
      throw new StepFailed(
          forbidden ? FailureKind.AUTH_REJECTED : FailureKind.DATA_ECHO_FAILED,
          forbidden
              ? "the server does not let us connect to the target"
              : "the server could not connect to the target");
    }
  }

  void close() {
    if (session != null) {
      session.disconnect();
    }
    stream.close();
  }

  /**
   * jsch logs what breaks a login and then says that the login failed: here it is kept apart from a
   * refusal.
   */
  private final class LoginTrouble implements Logger {
    @Override
    public boolean isEnabled(int level) {
      return level == WARN;
    }

    @Override
    public void log(int level, String message) {
      if (message.startsWith("an exception during authentication")) {
        brokeInLogin = wire.broken();
      }
    }
  }
}
