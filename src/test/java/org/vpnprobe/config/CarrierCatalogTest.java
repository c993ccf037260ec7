package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.CarrierKind;
import org.vpnprobe.model.SourceMark;

class CarrierCatalogTest {
  private final CarrierCatalog catalog = CarrierCatalog.shipped();

  private static List<String> names(List<CarrierCatalog.Known> found) {
    return found.stream().map(CarrierCatalog.Known::name).toList();
  }

  @Test
  void knowsCarriersByNameAndByNumber() {
    assertEquals("Rostelecom", catalog.named("rostelecom").orElseThrow().displayName());
    assertEquals(List.of("china-unicom"), names(catalog.withAsn(4837)));
    assertTrue(catalog.named("nobody").isEmpty());
  }

  @Test
  void knowsWhatANumberIsUsedFor() {
    CarrierCatalog.Known airtel = catalog.named("airtel-india").orElseThrow();
    assertEquals(CarrierKind.MOBILE, airtel.kindOf(45609));
    assertEquals(CarrierKind.FIXED, airtel.kindOf(24560));
    assertNull(airtel.kindOf(1));
    assertNull(airtel.kind(), "of several kinds");
    assertEquals(CarrierKind.MOBILE, catalog.named("irancell").orElseThrow().kind());
  }

  @Test
  void everyNameCanStandInAFileAndNoNumberIsTakenTwice() {
    Problems problems = new Problems();
    Set<String> names = new HashSet<>();
    Map<Long, String> owners = new HashMap<>();
    for (CarrierCatalog.Known known : catalog.all()) {
      Frame.checkName(new SourceMark("carriers.tsv", 1, 1), known.name(), problems);
      assertTrue(names.add(known.name()), known.name());
      assertTrue(Objects.requireNonNull(known.country()).matches("[A-Z]{2}"), known.name());
      for (long asn : known.asns()) {
        assertTrue(asn > 0 && asn < 400_000, known.name() + " " + asn);
        // Neither in two carriers of a country, nor in two of the world.
        assertNull(owners.put(asn, known.name()), known.name() + " " + asn);
      }
    }
    assertEquals(List.of(), problems.list());
  }

  @Test
  void theFileIsInOrderAndEveryRowNamesItsSource() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("src/main/resources/org/vpnprobe/config/carriers.tsv")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();
    String before = "";
    Set<String> kinds = new HashSet<>();
    for (String row : rows) {
      String[] fields = row.split("\t", -1);
      assertEquals(8, fields.length, row);
      String place = fields[1] + " " + fields[0];
      assertTrue(place.compareTo(before) >= 0, "by country and name: " + row);
      before = place;
      assertTrue(kinds.add(place + " " + fields[2]), "a row for each kind: " + row);
      assertTrue(fields[3].matches("\\d+( \\d+)*"), row);
      assertFalse(fields[4].isBlank() || fields[5].isBlank(), row);
      assertEquals("origins+ripe", fields[6]);
      assertTrue(LocalDate.parse(fields[7]).isAfter(LocalDate.of(2026, 1, 1)), row);
    }
  }

  @Test
  void theCountriesThatWereAskedForAreThere() {
    Set<String> countries = new TreeSet<>();
    catalog.all().forEach(known -> countries.add(String.valueOf(known.country())));
    assertTrue(
        countries.containsAll(
            List.of("CN", "RU", "IR", "TR", "PK", "IN", "EG", "AE", "TM", "BY", "MM", "VN")),
        countries.toString());
  }

  @Test
  void isSearchedByCountryNameAndNumber() {
    assertEquals(List.of("agts", "tmcell", "turkmentelecom"), names(catalog.find("tm")));
    assertEquals(List.of("china-mobile"), names(catalog.find("移动")));
    assertEquals(List.of("megafon"), names(catalog.find("МЕГАФОН")));
    assertEquals(List.of("mts"), names(catalog.find("AS8359")));
    assertEquals(List.of(), catalog.find("nobody"));
  }

  @Test
  void rowsOfOneCarrierHaveToAgree() {
    String row = "a\tRU\tmobile\t1\tA\tА\tfile\t2026-01-01";
    assertEquals(
        2,
        CarrierCatalog.read(List.of(row, row.replace("mobile\t1", "fixed\t2")))
            .all()
            .getFirst()
            .asns()
            .size());
    assertThrows(
        IllegalArgumentException.class,
        () -> CarrierCatalog.read(List.of(row, row.replace("\tA\t", "\tB\t"))));
    assertThrows(
        IllegalArgumentException.class, () -> CarrierCatalog.read(List.of("a\tRU\tmobile\t1")));
  }
}
