package org.vpnprobe.config.asn;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * The tab-separated form of iptoasn.com: {@code first address, last address, AS number, country,
 * name}, one range a line. Read line by line from the start until every address is found; nothing
 * of it is kept in memory.
 */
final class Ip2AsnTable implements AsnTable {
  private static final int LONGEST_LINE = 4096;

  /** The table of both families took 60 MB in 2026; a gzip file may claim to hold anything. */
  private static final long MOST_BYTES = 1L << 30;

  private static final int COLUMNS = 5;

  /** RFC 1952 section 2.3.1. */
  private static final int GZIP_1 = 0x1f;

  private static final int GZIP_2 = 0x8b;

  private final Path file;

  Ip2AsnTable(Path file) {
    this.file = file;
  }

  @Override
  public Map<InetAddress, AsnEntry> find(Collection<InetAddress> addresses) throws IOException {
    Map<InetAddress, AsnEntry> found = new HashMap<>();
    Set<InetAddress> wanted = new HashSet<>(addresses);
    try (InputStream in = opened()) {
      Lines lines = new Lines(in);
      for (Optional<String> line = lines.next();
          line.isPresent() && !wanted.isEmpty();
          line = lines.next()) {
        if (!line.get().isBlank() && !line.get().startsWith("#")) {
          Range range = range(line.get(), lines.number);
          wanted.stream().filter(range::holds).forEach(a -> found.put(a, range.entry()));
          wanted.removeAll(found.keySet());
        }
      }
    }
    return found;
  }

  private InputStream opened() throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = in.read() == GZIP_1 && in.read() == GZIP_2;
      in.reset();
      return gzip ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16)) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private record Range(byte[] first, byte[] last, AsnEntry entry) {
    boolean holds(InetAddress address) {
      byte[] bytes = address.getAddress();
      return bytes.length == first.length
          && Arrays.compareUnsigned(first, bytes) <= 0
          && Arrays.compareUnsigned(bytes, last) <= 0;
    }
  }

  private Range range(String line, long number) throws IOException {
    List<String> fields = List.of(line.split("\t", -1));
    try {
      if (fields.size() == COLUMNS) {
        byte[] first = InetAddress.ofLiteral(fields.get(0)).getAddress();
        byte[] last = InetAddress.ofLiteral(fields.get(1)).getAddress();
        long asn = Long.parseLong(fields.get(2));
        return new Range(first, last, new AsnEntry(asn, fields.get(4), fields.get(3)));
      }
    } catch (IllegalArgumentException e) {
      // Said below in our own words.
    }
    throw new IOException(
        file
            + ":"
            + number
            + ": expected an ip2asn table: first address, last address, AS number, country, name,"
            + " with tabs between them");
  }

  /** Bounded lines. */
  private final class Lines {
    private final InputStream in;
    private long read;
    private long number;

    Lines(InputStream in) {
      this.in = in;
    }

    Optional<String> next() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream(128);
      number++;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (++read > MOST_BYTES) {
          throw new IOException(file + ": larger than " + (MOST_BYTES >> 20) + " MiB");
        }
        if (b == '\n') {
          return Optional.of(text(line));
        }
        if (line.size() == LONGEST_LINE) {
          throw new IOException(
              file + ":" + number + ": a line of more than " + LONGEST_LINE + " bytes");
        }
        line.write(b);
      }
      return line.size() == 0 ? Optional.empty() : Optional.of(text(line));
    }

    private String text(ByteArrayOutputStream line) {
      return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }
  }
}
