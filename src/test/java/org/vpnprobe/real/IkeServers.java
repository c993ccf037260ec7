package org.vpnprobe.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;

/**
 * One strongSwan charon on all addresses of the server host, with ESP in user space, so that no
 * kernel module is needed. Each address is another gateway.
 */
final class IkeServers implements AutoCloseable {
  /** Addresses by what they take: the n of {@link TestNet#address}. */
  static final int PSK = 1;

  static final int CERT = 2;
  static final int EAP = 3;

  /** Takes modp2048 with AES-CBC only. */
  static final int OLD = 4;

  /** Takes modp1024 only, which we do not offer unasked. */
  static final int ANCIENT = 5;

  static final int RSA = 6;

  /** Where the gateways' inner host is. */
  static final String INNER = "10.99.0.1";

  static final String NAME = "vpn.example.test";

  private final TestNet net;
  private final Path directory;
  private final Daemon charon;

  IkeServers(TestNet net, Path directory) throws IOException {
    this.net = net;
    this.directory = directory;
    for (String folder : List.of("x509", "x509ca", "private")) {
      Files.createDirectories(directory.resolve("swanctl").resolve(folder));
    }
    for (String ca : List.of("ca", "otherca")) {
      run(
          "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
              + " -subj /O=Lab/CN="
              + ca
              + " -keyout "
              + ca
              + ".key -out "
              + ca
              + ".crt");
    }
    issue("server", "ca", "ec -pkeyopt ec_paramgen_curve:P-384");
    issue("rsaserver", "ca", "rsa:3072");
    issue("client", "ca", "ec -pkeyopt ec_paramgen_curve:P-256");
    issue("rsaclient", "ca", "rsa:4096");
    issue("stranger", "otherca", "ec -pkeyopt ec_paramgen_curve:P-256");
    copy("ca.crt", "x509ca");
    for (String name : List.of("server", "rsaserver")) {
      copy(name + ".crt", "x509");
      copy(name + ".key", "private");
    }
    configure();
    net.exec(net.server(), "ip", "addr", "add", INNER + "/32", "dev", "lo");
    // Its own /run, since charon keeps a pid file there.
    charon =
        Daemon.start(
            net.server(),
            directory,
            environment(),
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /run && exec " + Needs.program("charon") + " --use-syslog no");
    charon.await(() -> Files.exists(directory.resolve("vici.sock")), "vici socket");
    run("swanctl --load-all --uri unix://" + directory.resolve("vici.sock"));
  }

  private void configure() throws IOException {
    Files.writeString(
        directory.resolve("strongswan.conf"),
        """
        charon {
          load = random nonce openssl aes sha1 sha2 hmac kdf gcm curve25519 pem pkcs1 pkcs8 x509 \
        pubkey constraints kernel-libipsec kernel-netlink socket-default vici eap-identity \
        eap-mschapv2
          # Half-open trials of the other tests must not add up to silence.
          block_threshold = 1000
          filelog {
            # charon flushes each line only of what it opens by a path.
            log {
              path = /dev/stdout
              default = 1
              flush_line = yes
            }
          }
          plugins {
            vici {
              socket = unix://%s/vici.sock
            }
          }
        }
        """
            .formatted(directory));
    String psk = "auth = psk\n      id = " + NAME;
    String config =
        "connections {\n"
            + connection("psk", PSK, "default", psk, "auth = psk")
            + connection(
                "cert",
                CERT,
                "default",
                "auth = pubkey\n      certs = server.crt\n      id = " + NAME,
                "auth = pubkey\n      cacerts = ca.crt")
            + connection(
                "eap",
                EAP,
                "default",
                "auth = pubkey\n      certs = server.crt\n      id = " + NAME,
                "auth = eap-mschapv2\n      eap_id = %any")
            + connection("old", OLD, "aes128-sha256-modp2048", psk, "auth = psk")
            + connection("ancient", ANCIENT, "aes256-sha1-modp1024", psk, "auth = psk")
            + connection(
                "rsa",
                RSA,
                "aes256-sha384-ecp256",
                "auth = pubkey\n      certs = rsaserver.crt\n      id = " + NAME,
                "auth = pubkey\n      cacerts = ca.crt")
            + """
            }
            pools {
              inner {
                addrs = 10.98.0.0/24
              }
            }
            secrets {
              ike-any {
                secret = "s3cret"
              }
              eap-alice {
                id = alice
                secret = "pa55word"
              }
            }
            """;
    Files.writeString(directory.resolve("swanctl/swanctl.conf"), config);
  }

  private static String connection(
      String name, int address, String proposals, String local, String remote) {
    return """
      %s {
        local_addrs = 10.90.0.%d, fd90::%d
        proposals = %s
        pools = inner
        local {
          %s
        }
        remote {
          %s
        }
        children {
          net {
            local_ts = %s/32
            esp_proposals = %s
          }
        }
      }
    """
        .formatted(
            name,
            address,
            address,
            proposals,
            local,
            remote,
            INNER,
            name.equals("old") ? "aes128-sha256" : "aes256gcm16");
  }

  private Map<String, String> environment() {
    return Map.of(
        "STRONGSWAN_CONF", directory.resolve("strongswan.conf").toString(),
        "SWANCTL_DIR", directory.resolve("swanctl").toString());
  }

  Daemon charon() {
    return charon;
  }

  /** Nothing to prove with. */
  static Ikev2Settings nothing() {
    return new Ikev2Settings(
        null, null, null, null, null, null, null, null, null, null, null, null);
  }

  static Ikev2Settings psk(String secret, @Nullable String remoteId) {
    return new Ikev2Settings(
        Secret.of(secret),
        "probe.example.test",
        remoteId,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        INNER);
  }

  Ikev2Settings certificate(String client, String ca, @Nullable String remoteId)
      throws IOException {
    return new Ikev2Settings(
        null,
        null,
        remoteId,
        text(client + ".crt"),
        Secret.of(text(client + ".key")),
        text(ca + ".crt"),
        null,
        null,
        null,
        null,
        null,
        INNER);
  }

  Ikev2Settings identityOnly(@Nullable String ca, @Nullable String pin, @Nullable String remoteId)
      throws IOException {
    return new Ikev2Settings(
        null,
        null,
        remoteId,
        null,
        null,
        ca == null ? null : text(ca + ".crt"),
        pin,
        null,
        null,
        null,
        null,
        null);
  }

  Ikev2Settings password(String user, String password) throws IOException {
    return new Ikev2Settings(
        null,
        null,
        NAME,
        null,
        null,
        text("ca.crt"),
        null,
        user,
        Secret.of(password),
        null,
        null,
        INNER);
  }

  String text(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  private void issue(String name, String authority, String key) throws IOException {
    Files.writeString(
        directory.resolve(name + ".ext"),
        name.endsWith("server")
            ? "subjectAltName=DNS:" + NAME + ",IP:10.90.0.2,IP:fd90::2\n"
            : "subjectAltName=DNS:" + name + "\n");
    run(
        "openssl req -newkey "
            + key
            + " -nodes -subj /O=Lab/CN="
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

  private void copy(String file, String folder) throws IOException {
    Files.copy(directory.resolve(file), directory.resolve("swanctl").resolve(folder).resolve(file));
  }

  private void run(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command.split(" ", -1))
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment());
    Process process = builder.start();
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
    charon.close();
  }
}
