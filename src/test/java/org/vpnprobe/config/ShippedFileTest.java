package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.protocol.Protocols;

/** The probes.yaml at the top: valid by our own schema and reader, with every protocol. */
class ShippedFileTest {
  private static final Path FILE = Path.of("probes.yaml");

  @Test
  void theSchemaAcceptsIt() throws Exception {
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(ConfigSchema.json(), InputFormat.JSON);
    assertEquals(List.of(), schema.validate(Files.readString(FILE), InputFormat.YAML));
  }

  @Test
  void itHasThreeCarriersAControlAndEveryProtocol() throws Exception {
    Options options =
        Options.of("test", Instant.EPOCH, "run").withLab(Lab::material).withStrict(true);
    Loaded loaded = ProbeFile.load(FILE, options);
    assertEquals(List.of(), loaded.warnings());
    assertTrue(
        loaded
            .vantages()
            .keySet()
            .containsAll(Set.of("china-mobile", "china-unicom", "china-telecom", "frankfurt")));
    Set<String> protocols =
        loaded.plan().endpoints().stream()
            .map(EndpointFacts::protocol)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(Protocols.names()), protocols);
  }
}
