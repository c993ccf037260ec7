package org.vpnprobe.config.asn;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** A file that says which network an address belongs to. */
public interface AsnTable {
  /**
   * Looks addresses up.
   *
   * @return those that the table knows
   * @throws IOException when the file cannot be read or is no such table, with what was expected
   */
  Map<InetAddress, AsnEntry> find(Collection<InetAddress> addresses) throws IOException;

  /**
   * The table in this file: MMDB by its ending {@code .mmdb}, else an ip2asn table, which may be
   * gzipped.
   *
   * @throws IOException when the file cannot be read
   */
  static AsnTable of(Path file) throws IOException {
    // Said now, not in the middle of a run.
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": this ASN table is a folder; name the file in it");
    }
    try (InputStream in = Files.newInputStream(file)) {
      boolean mmdb = String.valueOf(file.getFileName()).endsWith(".mmdb");
      if (in.read() < 0) {
        throw new IOException(file + ": this ASN table is empty");
      }
      return mmdb ? new MmdbTable(file) : new Ip2AsnTable(file);
    }
  }
}
