package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.imports.Batch;
import org.vpnprobe.config.imports.Importer;
import org.vpnprobe.config.imports.ProbesYaml;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Sources;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.wireguard.Noise;
import org.vpnprobe.protocol.wireguard.WireGuardKey;

/**
 * The files that a client of wireguard-go and of openvpn has, imported into a probes.yaml and run:
 * the servers prove who they are, and accept us.
 */
@Tag("real")
class ImportedFilesRealTest {
  private static final int NUMBER = 7;

  private static String key() {
    byte[] key = new byte[WireGuardKey.LENGTH];
    new SecureRandom().nextBytes(key);
    return WireGuardKey.of(key).text();
  }

  private static String publicKey(String key) {
    return WireGuardKey.of(Noise.publicKey(WireGuardKey.of(key).bytes())).text();
  }

  @Test
  void whatIsImportedIsAccepted(@TempDir Path home) throws IOException, Unreadable, InvalidFile {
    Needs.programs("wireguard-go", "wg", "openvpn", "openssl");
    String server = key();
    String client = key();
    String shared = key();
    try (TestNet net = TestNet.with("mobile");
        WireGuardServer ignored =
            new WireGuardServer(net, home, NUMBER, server, publicKey(client), shared);
        OpenVpnServers openVpn = new OpenVpnServers(net, home)) {
      OpenVpnServers.Wrap auth = OpenVpnServers.Wrap.auth(1, "SHA256");
      openVpn.start(Transport.UDP, OpenVpnServers.Wrap.TLS_CRYPT);
      openVpn.start(Transport.TCP, auth);
      openVpn.await();
      Files.writeString(
          home.resolve("office.conf"),
          """
          [Interface]
          PrivateKey = %s
          Address = 10.66.%d.2/32
          [Peer]
          PublicKey = %s
          PresharedKey = %s
          AllowedIPs = 0.0.0.0/0
          Endpoint = %s:%d
          """
              .formatted(
                  client,
                  NUMBER,
                  publicKey(server),
                  shared,
                  TestNet.address(1).getHostAddress(),
                  WireGuardServer.port(NUMBER)));
      Files.writeString(home.resolve("login.txt"), "alice\ns3cret\n");
      profile(
          home,
          "crypt.ovpn",
          openVpn.address(Transport.UDP, OpenVpnServers.Wrap.TLS_CRYPT).getPort(),
          "udp\ncert client.crt\nkey client.key\n<tls-crypt>\n"
              + Files.readString(home.resolve("ta.key"))
              + "</tls-crypt>\n");
      profile(
          home,
          "auth.ovpn",
          openVpn.address(Transport.TCP, auth).getPort(),
          "tcp-client\nauth-user-pass login.txt\ntls-auth ta.key 1\nauth SHA256\n");
      Verdicts verdicts = Verdicts.of(home, List.of(), imported(home, net.client("mobile")), 1);
      assertEquals(3, verdicts.cells().size());
      verdicts
          .cells()
          .values()
          .forEach(cell -> {
            assertEquals(State.REACHABLE, cell.state(), verdicts.failing());
            assertEquals(Depth.AUTHENTICATED, cell.depth(), cell.id());
          });
    }
  }

  private static void profile(Path home, String name, int port, String rest) throws IOException {
    Files.writeString(
        home.resolve(name),
        "client\ndev tun\nnobind\nremote %s %d\nca ca.crt\nremote-cert-tls server\nverify-x509-name server name\nproto %s"
            .formatted(OpenVpnServers.ADDRESS.getHostAddress(), port, rest));
  }

  /** The text of a probes.yaml with all three, whose secrets lie in files beside it. */
  private static String imported(Path home, String namespace)
      throws IOException, Unreadable, InvalidFile {
    Path file = home.resolve("probes.yaml");
    Files.writeString(
        file,
        "version: 1\ncarriers:\n  mobile: {via: {netns: %s}, resolver: 192.0.2.53}\n"
            .formatted(namespace));
    Importer importer = new Importer(Options.of("test", Instant.now(), "run"));
    List<Source> sources = new ArrayList<>();
    for (String name : List.of("office.conf", "crypt.ovpn", "auth.ovpn")) {
      sources.add(new Sources(home).local(name));
    }
    How how = new How(Optional.empty(), List.of("imported"), Optional.empty());
    Batch batch = importer.read(sources, null, how, ProbesYaml.names(file));
    assertEquals("3 entries: 3 imported, 0 skipped, 0 rejected", batch.summary());
    new ProbesYaml(importer.check()).add(batch.endpoints(), file, false);
    return Files.readString(file);
  }
}
