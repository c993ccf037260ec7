package org.vpnprobe.config.asn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both kinds of table, right and wrong. */
class AsnTableTest {
  private static final InetAddress MOBILE = InetAddress.ofLiteral("198.51.100.7");
  private static final InetAddress NOBODY = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress SIX = InetAddress.ofLiteral("2001:db8:1::1");
  private static final InetAddress UNKNOWN = InetAddress.ofLiteral("203.0.113.9");
  private static final String ROWS =
      "192.0.2.0\t192.0.2.255\t0\tNone\tNot routed\n"
          + "198.51.100.0\t198.51.100.255\t9808\tCN\tCHINAMOBILE-CN China Mobile\r\n"
          + "2001:db8:1::\t2001:db8:1:ffff:ffff:ffff:ffff:ffff\t64500\tRU\tsix\n";

  @TempDir private Path folder = Path.of("");

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] rows() {
    return ROWS.getBytes(StandardCharsets.UTF_8);
  }

  private static AsnEntry entry(AsnTable table) throws IOException {
    return Objects.requireNonNull(table.find(List.of(MOBILE)).get(MOBILE));
  }

  private static void knows(AsnTable table) throws IOException {
    Map<InetAddress, AsnEntry> found = table.find(List.of(MOBILE, NOBODY, SIX, UNKNOWN));
    assertEquals(new AsnEntry(9808, "CHINAMOBILE-CN China Mobile", "CN"), found.get(MOBILE));
    assertEquals(new AsnEntry(0, "Not routed", ""), found.get(NOBODY));
    assertEquals(new AsnEntry(64500, "six", "RU"), found.get(SIX));
    assertEquals(3, found.size());
  }

  @Test
  void ip2asn() throws IOException {
    knows(AsnTable.of(file("t.tsv", rows())));
  }

  @Test
  void ip2asnZipped() throws IOException {
    Path file = folder.resolve("t.tsv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(rows());
    }
    knows(AsnTable.of(file));
  }

  @Test
  void whatIsNoTableIsSaidWithItsLine() throws IOException {
    Path wrong =
        file("t.tsv", (ROWS + "1.0.0.0,1.0.0.255,13335\n").getBytes(StandardCharsets.UTF_8));
    AsnTable table = AsnTable.of(wrong);
    String said =
        String.valueOf(
            assertThrows(IOException.class, () -> table.find(List.of(UNKNOWN))).getMessage());
    assertTrue(said.startsWith(wrong + ":4: expected an ip2asn table"), said);
    // What stands before the mistake is found all the same.
    assertEquals(9808, entry(table).asn());
    assertThrows(IOException.class, () -> AsnTable.of(folder.resolve("nowhere.tsv")));
    assertThrows(IOException.class, () -> AsnTable.of(file("empty", new byte[0])));
    String place =
        String.valueOf(assertThrows(IOException.class, () -> AsnTable.of(folder)).getMessage());
    assertEquals(folder + ": this ASN table is a folder; name the file in it", place);
  }

  @Test
  void linesAndNamesAreBounded() throws IOException {
    byte[] endless = new byte[100_000];
    Arrays.fill(endless, (byte) 'x');
    AsnTable table = AsnTable.of(file("t.tsv", endless));
    assertThrows(IOException.class, () -> table.find(List.of(UNKNOWN)));
    String row = "198.51.100.0\t198.51.100.255\t1\tCN\t" + "n".repeat(3000) + "\n";
    AsnTable named = AsnTable.of(file("u.tsv", row.getBytes(StandardCharsets.UTF_8)));
    assertEquals(200, entry(named).name().length());
  }

  @Test
  void mmdbOfSeveralMakers() throws IOException {
    byte[] bytes =
        new Mmdb()
            .put(
                "198.51.100.0/24",
                Map.of(
                    "autonomous_system_number",
                    9808L,
                    "autonomous_system_organization",
                    "China Mobile"))
            .put("192.0.2.0/25", Map.of("asn", "AS8359", "name", "MTS", "country_code", "RU"))
            .put("192.0.2.128/25", Map.of("country", Map.of("iso_code", "IR"), "asn", 44244L))
            .bytes();
    AsnTable table = AsnTable.of(file("t.mmdb", bytes));
    InetAddress high = InetAddress.ofLiteral("192.0.2.200");
    Map<InetAddress, AsnEntry> found = table.find(List.of(MOBILE, NOBODY, high, SIX, UNKNOWN));
    assertEquals(new AsnEntry(9808, "China Mobile", ""), found.get(MOBILE));
    assertEquals(new AsnEntry(8359, "MTS", "RU"), found.get(NOBODY));
    assertEquals(new AsnEntry(44244, "", "IR"), found.get(high));
    assertEquals(3, found.size());
  }

  /** Tables come from other people: never anything but the declared failure. */
  @Test
  void brokenFilesFailAsDeclared() throws IOException {
    byte[] mmdb =
        new Mmdb().put("198.51.100.0/24", Map.of("asn", 9808L, "name", "China Mobile")).bytes();
    Random random = new Random(4);
    int failed = 0;
    for (int i = 0; i < 3000; i++) {
      boolean tsv = i % 3 == 0;
      byte[] bytes = (tsv ? rows() : mmdb).clone();
      for (int change = 0; change <= random.nextInt(6); change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      }
      Path file = file(tsv ? "t.tsv" : "t.mmdb", bytes);
      try {
        AsnTable.of(file).find(List.of(MOBILE, SIX));
      } catch (IOException e) {
        failed++;
      }
    }
    assertTrue(failed > 500, "broken: " + failed);
  }
}
