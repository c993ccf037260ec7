package org.vpnprobe.real;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.openvpn.OpenVpnSettings;

/**
 * OpenVPN daemons on the first address of the server host, one for each wrapping, with certificates
 * and keys made by {@code openssl} and {@code openvpn} themselves. All accept a client certificate
 * of the authority, or alice's password.
 */
final class OpenVpnServers implements AutoCloseable {
  static final InetAddress ADDRESS = TestNet.address(1);

  private static final int FIRST_PORT = 20000;

  private record Running(int port, Daemon daemon) {}

  /**
   * One way to protect control packets.
   *
   * @param name the settings' key, and what distinguishes its variants
   * @param server the daemon's options
   */
  record Wrap(
      String name,
      List<String> server,
      @Nullable String tlsAuth,
      @Nullable Integer direction,
      @Nullable String auth,
      @Nullable String tlsCrypt,
      @Nullable String tlsCryptV2) {
    static final Wrap PLAIN = new Wrap("plain", List.of(), null, null, null, null, null);
    static final Wrap TLS_CRYPT =
        new Wrap("tls_crypt", List.of("--tls-crypt", "ta.key"), null, null, null, "ta.key", null);
    static final List<Wrap> ALL =
        List.of(
            PLAIN,
            auth(null, null),
            auth(1, null),
            auth(0, "SHA256"),
            auth(1, "SHA256"),
            auth(null, "SHA512"),
            TLS_CRYPT,
            v2("allow-noncookie"),
            v2("force-cookie"));

    static Wrap auth(@Nullable Integer direction, @Nullable String digest) {
      List<String> server = new ArrayList<>(List.of("--tls-auth", "ta.key"));
      if (direction != null) {
        server.add(String.valueOf(1 - direction));
      }
      if (digest != null) {
        server.addAll(List.of("--auth", digest));
      }
      String name = "tls_auth direction " + direction + " auth " + digest;
      return new Wrap(name, server, "ta.key", direction, digest, null, null);
    }

    private static Wrap v2(String cookies) {
      return new Wrap(
          "tls_crypt_v2 " + cookies,
          List.of("--tls-crypt-v2", "v2server.key", cookies),
          null,
          null,
          null,
          null,
          "v2client.key");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final TestNet net;
  private final Path directory;
  private final Map<String, Running> running = new LinkedHashMap<>();

  /** Makes authorities, certificates and keys in the directory; starts nothing. */
  OpenVpnServers(TestNet net, Path directory) throws IOException {
    this.net = net;
    this.directory = directory;
    authority("ca");
    authority("otherca");
    certificate("server", "ca", "serverAuth");
    certificate("client", "ca", "clientAuth");
    certificate("stranger", "otherca", "clientAuth");
    openvpn("--genkey", "secret", "ta.key");
    openvpn("--genkey", "secret", "wrong.key");
    openvpn("--genkey", "tls-crypt-v2-server", "v2server.key");
    openvpn("--tls-crypt-v2", "v2server.key", "--genkey", "tls-crypt-v2-client", "v2client.key");
    Path check = directory.resolve("check.sh");
    Files.writeString(
        check,
        """
        #!/bin/sh
        user=$(sed -n 1p "$1")
        [ -z "$user" ] && [ -n "$X509_0_CN" ] && exit 0
        [ "$user" = alice ] && [ "$(sed -n 2p "$1")" = s3cret ]
        """);
    check.toFile().setExecutable(true);
  }

  /** Starts a daemon; {@link #await} before use. */
  void start(Transport transport, Wrap wrap, String... more) {
    int number = running.size() + 1;
    List<String> command =
        new ArrayList<>(
            List.of(
                "openvpn",
                "--local",
                ADDRESS.getHostAddress(),
                "--port",
                String.valueOf(FIRST_PORT + number),
                "--proto",
                transport == Transport.TCP ? "tcp-server" : "udp",
                "--dev",
                "tun",
                "--dh",
                "none",
                "--topology",
                "subnet",
                "--server",
                "10.8." + number + ".0",
                "255.255.255.0",
                "--disable-dco",
                "--ca",
                "ca.crt",
                "--cert",
                "server.crt",
                "--key",
                "server.key",
                "--verify-client-cert",
                "optional",
                "--auth-user-pass-optional",
                "--script-security",
                "2",
                "--auth-user-pass-verify",
                directory.resolve("check.sh").toString(),
                "via-file"));
    command.addAll(wrap.server());
    command.addAll(List.of(more));
    Daemon daemon = Daemon.start(net.server(), directory, command.toArray(String[]::new));
    running.put(transport + " " + wrap, new Running(FIRST_PORT + number, daemon));
  }

  /** Waits until all daemons serve. */
  void await() {
    running
        .values()
        .forEach(server -> server.daemon().awaitLog("Initialization Sequence Completed"));
  }

  InetSocketAddress address(Transport transport, Wrap wrap) {
    return new InetSocketAddress(ADDRESS, running(transport, wrap).port());
  }

  Daemon daemon(Transport transport, Wrap wrap) {
    return running(transport, wrap).daemon();
  }

  private Running running(Transport transport, Wrap wrap) {
    return Objects.requireNonNull(running.get(transport + " " + wrap), "no such server");
  }

  /** A client that knows the authority and the wrapping's keys, with what it logs in with. */
  OpenVpnSettings client(Transport transport, Wrap wrap, Login login) {
    return new OpenVpnSettings(
        transport,
        text(login.ca()),
        null,
        "server name",
        "server",
        login.cert() == null ? null : text(login.cert() + ".crt"),
        login.cert() == null ? null : Secret.of(text(login.cert() + ".key")),
        login.password() == null ? null : "alice",
        login.password() == null ? null : Secret.of(login.password()),
        null,
        secret(wrap.tlsAuth()),
        wrap.direction(),
        wrap.auth(),
        secret(wrap.tlsCrypt()),
        secret(wrap.tlsCryptV2()),
        null,
        null);
  }

  /** What a client brings. */
  record Login(String ca, @Nullable String cert, @Nullable String password) {
    static final Login CERTIFICATE = new Login("ca.crt", "client", null);
    static final Login PASSWORD = new Login("ca.crt", null, "s3cret");
    static final Login NONE = new Login("ca.crt", null, null);

    @Override
    public String toString() {
      return cert != null ? "certificate" : password != null ? "password" : "nothing";
    }
  }

  private @Nullable Secret secret(@Nullable String file) {
    return file == null ? null : Secret.of(text(file));
  }

  private String text(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void authority(String name) throws IOException {
    run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj"
            + " /O=Lab/CN="
            + name
            + " -keyout "
            + name
            + ".key -out "
            + name
            + ".crt");
  }

  private void certificate(String name, String authority, String usage) throws IOException {
    Files.writeString(directory.resolve(name + ".ext"), "extendedKeyUsage=" + usage + "\n");
    run(
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /O=Lab/CN="
            + name
            + " -keyout "
            + name
            + ".key -out "
            + name
            + ".csr");
    run(
        "openssl x509 -req -days 2 -CAcreateserial -in "
            + name
            + ".csr -CA "
            + authority
            + ".crt -CAkey "
            + authority
            + ".key -extfile "
            + name
            + ".ext -out "
            + name
            + ".crt");
  }

  private void openvpn(String... arguments) throws IOException {
    run("openvpn " + String.join(" ", arguments));
  }

  private void run(String command) throws IOException {
    Process process =
        new ProcessBuilder(command.split(" ", -1))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + " failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    running.values().forEach(server -> server.daemon().close());
  }
}
