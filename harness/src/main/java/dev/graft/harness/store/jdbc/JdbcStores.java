package dev.graft.harness.store.jdbc;

import dev.graft.harness.store.StoreKind;
import dev.graft.harness.store.TrialStore;
import java.time.Duration;

/** Stores in databases. */
public final class JdbcStores implements StoreKind {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Override
  public boolean takes(String address) {
    return Dialect.of(address).isPresent();
  }

  @Override
  public String addresses() {
    return "jdbc:sqlite:FILE, jdbc:postgresql://HOST/DATABASE?user=NAME";
  }

  @Override
  public TrialStore open(String address) {
    return new JdbcStore(Database.open(Dialect.of(address).orElseThrow(), address), PATIENCE);
  }
}
