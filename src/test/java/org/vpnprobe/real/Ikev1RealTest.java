package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.ikev1.Ikev1;
import org.vpnprobe.protocol.ikev1.Ikev1Settings;
import org.vpnprobe.protocol.ikev1.Ikev1Settings.Mode;

/** ikev1 against strongSwan: main and aggressive mode, with and without a NAT on the way. */
@Tag("real")
class Ikev1RealTest {
  private static final int MAIN = 1;
  private static final int AGGRESSIVE = 2;

  /** Takes 3DES, SHA-1 and modp1024 alone, as an old Windows gateway. */
  private static final int ANCIENT = 3;

  private static final Duration SHORT = Duration.ofMillis(1500);

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;
  private static @Nullable Daemon charon;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("charon", "swanctl");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.createDirectories(home.resolve("swanctl"));
    Files.writeString(
        home.resolve("strongswan.conf"),
        """
        charon {
          load = random nonce openssl aes des sha1 sha2 md5 hmac kdf pem pkcs1 x509 pubkey \
        constraints kernel-libipsec kernel-netlink socket-default vici
          block_threshold = 1000
          i_dont_care_about_security_and_use_aggressive_mode_psk = yes
          filelog {
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
            .formatted(home));
    Files.writeString(
        home.resolve("swanctl/swanctl.conf"),
        "connections {\n"
            + connection("main", MAIN, "default", "no")
            + connection("aggressive", AGGRESSIVE, "default", "yes")
            + connection("ancient", ANCIENT, "3des-sha1-modp1024", "no")
            + "}\nsecrets {\n  ike-any {\n    secret = \"s3cret\"\n  }\n}\n");
    Map<String, String> environment =
        Map.of(
            "STRONGSWAN_CONF", home.resolve("strongswan.conf").toString(),
            "SWANCTL_DIR", home.resolve("swanctl").toString());
    // Its own /run, since charon keeps a pid file there.
    Daemon started =
        Daemon.start(
            net.server(),
            home,
            environment,
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /run && exec " + Needs.program("charon") + " --use-syslog no");
    OPEN.add(started);
    charon = started;
    started.await(() -> Files.exists(home.resolve("vici.sock")), "vici socket");
    load(home, environment);
  }

  private static String connection(String name, int address, String proposals, String aggressive) {
    return """
      %s {
        version = 1
        local_addrs = 10.90.0.%d
        proposals = %s
        aggressive = %s
        local {
          auth = psk
          id = vpn.example
        }
        remote {
          auth = psk
        }
        children {
          net {
            local_ts = 10.90.0.9/32
          }
        }
      }
    """
        .formatted(name, address, proposals, aggressive);
  }

  private static void load(Path home, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("swanctl", "--load-all", "--uri", "unix://" + home.resolve("vici.sock"))
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable closeable : OPEN.reversed()) {
      closeable.close();
    }
  }

  @AfterEach
  void openTheWay() {
    net().interfere("carrier");
  }

  private static TestNet net() {
    return Objects.requireNonNull(world);
  }

  private static Attempt to(int address, int port) {
    return new Attempt(
        net(),
        "carrier",
        new InetSocketAddress(TestNet.address(address), port),
        "vpn.example",
        Depth.TUNNEL,
        Duration.ofSeconds(10));
  }

  private static Ikev1Settings settings(Mode mode, @Nullable String psk) {
    return settings(mode, psk, null, null);
  }

  private static Ikev1Settings settings(
      Mode mode, @Nullable String psk, @Nullable String remote, @Nullable String proposal) {
    return new Ikev1Settings(
        mode,
        psk == null ? null : Secret.of(psk),
        "probe.example",
        remote,
        proposal == null ? null : List.of(proposal),
        null);
  }

  private static String opened(Attempt attempt, Ikev1Settings settings) {
    return attempt.goal(Depth.AUTHENTICATED).of(new Ikev1(), settings);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 4500})
  void mainMode(int port) {
    Attempt main = to(MAIN, port);
    assertEquals("handshake", opened(main, settings(Mode.MAIN, null)));
    assertEquals("authenticated", opened(main, settings(Mode.MAIN, "s3cret")));
    assertEquals("authenticated", opened(main, settings(Mode.MAIN, "s3cret", "vpn.example", null)));
    assertEquals(
        "handshake, auth_wrong_server_key in auth",
        opened(main, settings(Mode.MAIN, "s3cret", "other.example", null)));
    assertEquals("handshake, auth_rejected in auth", opened(main, settings(Mode.MAIN, "wrong")));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 4500})
  void aggressiveMode(int port) {
    Attempt aggressive = to(AGGRESSIVE, port);
    assertEquals("handshake", opened(aggressive, settings(Mode.AGGRESSIVE, null)));
    assertEquals("authenticated", opened(aggressive, settings(Mode.AGGRESSIVE, "s3cret")));
    assertEquals(
        "handshake, auth_wrong_server_key in auth",
        opened(aggressive, settings(Mode.AGGRESSIVE, "wrong")));
  }

  @Test
  void theSaIsDeletedAtTheEnd() {
    Daemon server = Objects.requireNonNull(charon);
    int before = count(server, "received DELETE for IKE_SA main");
    assertEquals("authenticated", opened(to(MAIN, 500), settings(Mode.MAIN, "s3cret")));
    server.await(
        () -> count(server, "received DELETE for IKE_SA main") > before, "the deletion of the SA");
    int others = count(server, "received DELETE for IKE_SA aggressive");
    assertEquals("authenticated", opened(to(AGGRESSIVE, 500), settings(Mode.AGGRESSIVE, "s3cret")));
    server.await(
        () -> count(server, "received DELETE for IKE_SA aggressive") > others,
        "the deletion of the SA");
  }

  private static int count(Daemon server, String text) {
    return server.log().split(text, -1).length - 1;
  }

  @Test
  void aServerOfOldAlgorithms() {
    assertEquals("handshake", opened(to(ANCIENT, 500), settings(Mode.MAIN, null)));
    assertEquals(
        "handshake, ike_notify:14:NO_PROPOSAL_CHOSEN in handshake",
        opened(to(ANCIENT, 500), settings(Mode.MAIN, "s3cret")));
    assertEquals(
        "authenticated",
        opened(to(ANCIENT, 500), settings(Mode.MAIN, "s3cret", null, "3des-sha1-modp1024")));
  }

  /** Behind a NAT, IKE moves to port 4500 for the first encrypted message. */
  @Test
  void behindANat() {
    net().exec(net().router("carrier"), "nft", "add table ip nat");
    net()
        .exec(
            net().router("carrier"),
            "nft",
            "add chain ip nat post { type nat hook postrouting priority 100 ; }");
    net().exec(net().router("carrier"), "nft", "add rule ip nat post masquerade");
    for (Mode mode : Mode.values()) {
      int address = mode == Mode.MAIN ? MAIN : AGGRESSIVE;
      String tried =
          to(address, 500)
              .goal(Depth.AUTHENTICATED)
              .of(
                  new Ikev1(),
                  settings(mode, "s3cret"),
                  trial -> {
                    assertEquals(List.of("true"), trial.observed("ike_nat"));
                    assertEquals(List.of("4500"), trial.observed("ike_port"));
                  });
      assertEquals("authenticated", tried);
    }
  }

  @Test
  void dropAndReject() {
    net().interfere("carrier", "udp dport 500 drop");
    assertEquals(
        "nothing, generic_timeout_error in handshake",
        opened(to(MAIN, 500).within(SHORT), settings(Mode.MAIN, "s3cret")));
    net().interfere("carrier", "udp dport 500 reject with icmp type admin-prohibited");
    assertEquals(
        "nothing, admin_prohibited in handshake",
        opened(to(MAIN, 500), settings(Mode.MAIN, "s3cret")));
    // The server feigns a NAT to get ESP in UDP, so that the encrypted message goes to 4500.
    net().interfere("carrier", "udp dport 4500 drop");
    String late = opened(to(MAIN, 500).within(SHORT), settings(Mode.MAIN, "s3cret"));
    assertEquals("handshake, generic_timeout_error in auth", late);
  }

  @Test
  void nobodyThere() {
    String tried = opened(to(MAIN, 501), settings(Mode.MAIN, null));
    assertTrue(tried.equals("nothing, connection_refused in handshake"), tried);
  }
}
