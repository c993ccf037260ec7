package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.SourceMark;

class CarrierCatalogTest {
  private final CarrierCatalog catalog = CarrierCatalog.shipped();

  @Test
  void knowsCarriersByNameAndByNumber() {
    assertEquals("Rostelecom", catalog.named("rostelecom").orElseThrow().displayName());
    assertEquals(
        List.of("china-unicom"),
        catalog.withAsn(4837).stream().map(CarrierCatalog.Known::name).toList());
    assertTrue(catalog.named("nobody").isEmpty());
  }

  @Test
  void everyNameCanStandInAFileAndNoNumberIsTakenTwice() {
    Problems problems = new Problems();
    Set<String> names = new HashSet<>();
    Set<Long> asns = new HashSet<>();
    for (CarrierCatalog.Known known : catalog.all()) {
      Frame.checkName(new SourceMark("carriers.tsv", 1, 1), known.name(), problems);
      assertTrue(names.add(known.name()), known.name());
      assertTrue(known.country().matches("[A-Z]{2}"), known.name());
      known.asns().forEach(asn -> assertTrue(asn > 0 && asns.add(asn), known.name() + " " + asn));
    }
    assertEquals(List.of(), problems.list());
  }
}
