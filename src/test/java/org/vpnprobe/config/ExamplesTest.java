package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Settings;

/** The entry to copy that each protocol shows is one that the program takes, with its secrets. */
class ExamplesTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(ConfigSchema.json(), InputFormat.JSON);

  @TempDir private Path folder = Path.of("");

  static List<String> names() {
    return Protocols.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theExampleCanBeCopied(String name) throws Exception {
    Protocol<?> protocol = Protocols.named(name).orElseThrow();
    String text = Example.text(protocol.about().example());
    Loaded loaded = Example.load(folder, name, text);
    assertFalse(loaded.endpoints().isEmpty());
    for (BoundEndpoint endpoint : loaded.endpoints().values()) {
      assertEquals(name, endpoint.protocol().name());
      assertFalse(keysMissing(endpoint.protocol(), endpoint.settings()), "keys are missing");
    }
    assertEquals(List.of(), SCHEMA.validate(text, InputFormat.YAML));
  }

  private static <S extends Settings> boolean keysMissing(Protocol<S> protocol, Settings settings) {
    return protocol.facts(protocol.settings().cast(settings)).keysMissing();
  }
}
