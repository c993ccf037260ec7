package org.vpnprobe.config.asn;

import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A MaxMind DB. Its makers use different keys: {@code autonomous_system_number} (MaxMind, DB-IP),
 * {@code asn: "AS9808"} (IPinfo), {@code asn: 9808} with {@code country_code} (iptoasn).
 */
final class MmdbTable implements AsnTable {
  private static final List<String> NUMBERS = List.of("autonomous_system_number", "asn", "as");
  private static final List<String> NAMES =
      List.of("autonomous_system_organization", "as_name", "name", "organization");
  private static final List<String> COUNTRIES = List.of("country_code", "country");

  private final Path file;

  MmdbTable(Path file) {
    this.file = file;
  }

  @Override
  public Map<InetAddress, AsnEntry> find(Collection<InetAddress> addresses) throws IOException {
    // Mapped, not read: such a file may be large.
    try (Reader reader = new Reader(file.toFile())) {
      Map<InetAddress, AsnEntry> found = new HashMap<>();
      for (InetAddress address : addresses) {
        // A table of IPv4 alone refuses to be asked for IPv6.
        if (address.getAddress().length == 4 || reader.getMetadata().ipVersion() == 6) {
          Map<?, ?> data = reader.get(address, Map.class);
          entry(data).ifPresent(entry -> found.put(address, entry));
        }
      }
      return found;
    } catch (IOException | RuntimeException e) {
      // Whatever a broken file makes the library throw.
      throw new IOException(file + ": expected a MaxMind DB with AS numbers", e);
    }
  }

  private static Optional<AsnEntry> entry(@Nullable Map<?, ?> data) {
    if (data == null) {
      return Optional.empty();
    }
    String number = text(data, NUMBERS).toUpperCase(Locale.ROOT).replaceFirst("^AS", "");
    return number.matches("\\d{1,10}") && Long.parseLong(number) <= AsnEntry.MOST
        ? Optional.of(
            new AsnEntry(Long.parseLong(number), text(data, NAMES), text(data, COUNTRIES)))
        : Optional.empty();
  }

  /** The first of these keys that holds a text or a number. */
  private static String text(Map<?, ?> data, List<String> keys) {
    for (String key : keys) {
      Object value = data.get(key);
      if (value instanceof String || value instanceof Number) {
        return value.toString();
      }
      // MaxMind's country tables nest it.
      if (value instanceof Map<?, ?> nested && nested.get("iso_code") instanceof String code) {
        return code;
      }
    }
    return "";
  }
}
