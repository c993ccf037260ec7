package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.vpnprobe.model.DnsRule;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.FlowRule;
import org.vpnprobe.model.Interference;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import tools.jackson.databind.json.JsonMapper;

class ConfigSchemaTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config");
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(
              ConfigSchema.json(Fake.options().protocolNames(), Fake.options().protocols()),
              InputFormat.JSON);

  private static List<String> problems(String yaml) {
    return problems(yaml, SCHEMA);
  }

  private static List<String> problems(String yaml, Schema schema) {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return schema.validate(JsonMapper.shared().writeValueAsString(tree), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"good.yaml", "good-templates.yaml"})
  void acceptsWhatTheProgramAccepts(String name) throws Exception {
    String text = Files.readString(FOLDER.resolve(name));
    Loaded loaded = ProbeFile.parse(name, text, Fake.options().withStrict(true));
    assertFalse(loaded.plan().cells().isEmpty());
    assertEquals(List.of(), problems(text));
  }

  @Test
  void acceptsSettingsOfRealProtocols() throws Exception {
    String text = Files.readString(FOLDER.resolve("good-protocols.yaml"));
    Loaded loaded = ProbeFile.parse("f", text, Fake.options().withStrict(true));
    assertEquals(
        List.of("amneziawg", "ikev2", "openvpn", "wireguard"),
        loaded.plan().endpoints().stream().map(EndpointFacts::protocol).sorted().toList());
    Schema real =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(ConfigSchema.json(), InputFormat.JSON);
    assertEquals(List.of(), problems(text, real));
    assertFalse(problems(text.replace("psk:", "psk2:"), real).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-top-key",
        "unknown-key",
        "unknown-protocol",
        "no-version",
        "version",
        "missing-key",
        "missing-name",
        "mistyped-protocol",
        "wrong-kind",
        "wrong-type",
        "choice",
        "duration",
        "nested",
        "endpoint-kind",
        "endpoints-kind",
        "no-mapping",
        "no-endpoint",
        "events-limits",
        "imports",
        "template-settings"
      })
  void refusesWhatTheProgramRefuses(String name) throws IOException {
    String text = Files.readString(FOLDER.resolve("invalid-" + name + ".yaml"));
    if (name.equals("template-settings")) {
      text = text.replace("count: many", "count: [many]");
    }
    assertFalse(problems(text).isEmpty(), name);
  }

  @Test
  void editorsFindADescriptionForEveryKeyOfTheFrame() {
    Shapes shapes = new Shapes();
    for (Class<?> record :
        List.of(
            FileKeys.class,
            EndpointKeys.Endpoint.class,
            EndpointKeys.Import.class,
            FileKeys.Carrier.class,
            Limits.class)) {
      for (Shape.Key key : shapes.record(record).keys()) {
        assertTrue(!key.description().isEmpty(), record.getSimpleName() + "." + key.name());
      }
    }
  }

  /** A setting named like a key that every endpoint has could never be written. */
  @Test
  void everyProtocolCanBeBound() {
    Shapes shapes = new Shapes();
    Set<String> common = new HashSet<>(shapes.record(EndpointKeys.Endpoint.class).names());
    common.addAll(shapes.record(EndpointKeys.TemplateProtocol.class).names());
    for (String name : Protocols.names()) {
      Protocol<?> protocol = Protocols.named(name).orElseThrow();
      List<String> own = shapes.record(protocol.settings()).names();
      assertEquals(List.of(), own.stream().filter(common::contains).toList(), name);
      assertTrue(ConfigSchema.json().contains("\"endpoint_" + name + "\""), name);
    }
  }

  @Test
  void everyKeyIsInTheReference() throws IOException {
    String reference = Files.readString(Path.of("src/site/markdown/probes-yaml.md"));
    Shapes shapes = new Shapes();
    for (Class<?> record :
        List.of(
            FileKeys.class,
            FileKeys.Defaults.class,
            FileKeys.Carrier.class,
            EndpointKeys.Endpoint.class,
            EndpointKeys.Import.class,
            FileKeys.Lab.class,
            Limits.class,
            Interference.class,
            Interference.Bursts.class,
            FlowRule.class,
            FlowRule.After.class,
            FlowRule.Residual.class,
            DnsRule.class)) {
      for (String key : shapes.record(record).names()) {
        boolean there = reference.contains("`" + key + "`");
        assertTrue(there, record.getSimpleName() + "." + key);
      }
    }
  }
}
