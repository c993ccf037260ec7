package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Options;

/** A key that stands twice: refused where programs disagree which one counts. */
class DuplicateKeysTest {
  private static Batch read(String format, String text) throws Unreadable {
    return new Importer(Options.of("test", Instant.EPOCH, "r"))
        .read(
            List.of(Source.of("f", text)),
            ImportFormats.named(format).orElseThrow(),
            new How(Optional.empty(), List.of(), Optional.of("echo://echo.example:7")),
            Set.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          xray     | {"outbounds": [{"protocol": "trojan",~  "settings": {"address": "a.example", "port": 1, "port": 2, "password": "x"}}]} | 2:51 | port
          xray     | {"log": {"level": 1,~  "level": 2}, "outbounds": [{"protocol": "freedom"}]}                                          | 2:3  | level
          sing-box | {"outbounds": [{"type": "trojan", "server": "a.example",~"server": "b.example", "server_port": 1, "password": "x"}]} | 2:1  | server
          sip008   | {"server": "a.example", "server_port": 1,~"server_port": 2, "password": "x", "method": "aes-256-gcm"}              | 2:1  | server_port
          gluetun  | {"mullvad": {"servers": []},~"mullvad": {"servers": []}}                                                            | 2:1  | mullvad
          outline  | transport: {$type: tcpudp}~transport: {$type: tcpudp}                                                               | 2:1  | transport
          clash    | proxies:~  - {name: a, type: trojan, server: a.example, port: 1, password: x, port: 2}                              | 2:70 | port
          csv      | protocol,address,name,name~tcp,a.example:1,a,b                                                                     | 1:1  | name
          sswan    | {"uuid": "b4c1c2b2-7f0f-4c2d-8a10-2f2f4f3b8c11", "name": "n",~"name": "m"}                                           | 2:1  | name
          """)
  void refuseTheSource(String format, String text, String at, String key) throws Unreadable {
    Batch batch = read(format, text.replace('~', '\n'));
    assertEquals(List.of(), batch.endpoints());
    String sentence = format.equals("csv") ? "this column stands here" : "this key stands here";
    assertEquals(
        List.of("f:" + at + ": “" + key + "” – " + sentence + " twice; leave one out"),
        batch.rejected().stream().map(r -> r.problem().toString()).toList());
  }

  @Test
  void alsoInAPropertyList() throws Unreadable {
    String text =
        """
        <?xml version="1.0"?>
        <plist version="1.0"><dict>
        <key>PayloadType</key><string>Configuration</string>
        <key>PayloadType</key><string>Configuration</string>
        <key>PayloadContent</key><array/>
        </dict></plist>
        """;
    assertEquals(
        "4: “PayloadType” – this key stands here twice; leave one out",
        read("mobileconfig", text)
            .rejected()
            .getFirst()
            .problem()
            .toString()
            .replaceFirst("f:(\\d+):\\d+", "$1"));
  }

  /** What an alias and a merge key bring along is none: the mapping's own key goes before it. */
  @Test
  void mergedKeysAreNoDuplicates() throws Unreadable {
    Batch batch =
        read(
            "clash",
            """
            base: &base {type: trojan, port: 1, password: x}
            proxies:
              - {<<: *base, name: a, server: a.example, port: 443}
            """);
    assertEquals(List.of(), batch.rejected());
    assertEquals("a.example:443", batch.endpoints().getFirst().address());
  }

  /** Link: the first, as for Go’s url.Values.Get; WireGuard, OpenVPN: the last. */
  @Test
  void whereTheProgramSaysWhichItIsThatOne() throws Unreadable {
    assertEquals(
        List.of(),
        read("links", "trojan://x@a.example:1?sni=one.example&sni=two.example").rejected());
    assertEquals(
        "one.example",
        read("links", "trojan://x@a.example:1?sni=one.example&sni=two.example")
            .endpoints()
            .getFirst()
            .settings()
            .get("sni"));
    assertEquals(
        "b.example:2",
        read(
                "wireguard",
                """
                [Interface]
                PrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEA=
                [Peer]
                PublicKey = 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=
                Endpoint = a.example:1
                Endpoint = b.example:2
                """)
            .endpoints()
            .getFirst()
            .address());
  }
}
