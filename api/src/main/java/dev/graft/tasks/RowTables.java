package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.api.StoredTensor;
import dev.graft.program.Device;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of several tasks, those of one name in one table: what a batch gathers its rows' own
 * from. Tasks that have none, and sizes below the table's, are filled up with zeros.
 */
final class RowTables {
  private final int tasks;

  /** For each row of a batch the number of its task, (B), INT64. */
  private final Tensor taskOfRow =
      Tensor.leaf(Tensor.Source.INPUT, "rows", Shape.of(Transformer.B), Type.INT64);

  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final Map<Set<Integer>, Tensor> among = new HashMap<>();

  RowTables(int tasks) {
    this.tasks = tasks;
  }

  /** Tensors of one name, each a matrix: a vector is one row, a scalar one element. */
  private static final class Table {
    private final Type kept;
    private final Map<Integer, StoredTensor> matrices = new LinkedHashMap<>();
    private long rows;
    private long columns;
    private Tensor leaf;
    private Tensor gathered;

    Table(Type kept) {
      this.kept = kept;
    }
  }

  /**
   * Puts a task's tensor into the table of a name. Once {@link #gathered} has been asked for, the
   * table is as large as it will be.
   */
  void put(String name, int task, StoredTensor numbers) {
    Shape shape = numbers.shape();
    if (shape.rank() > 2) {
      throw GraftException.plugin(
              "The tensor '%s' has %d dimensions, and rows of a batch can't have one each.",
              name, shape.rank())
          .expected("a matrix, a vector or a scalar")
          .remedy("tell the author of the plugin");
    }
    long columns = shape.rank() == 0 ? 1 : shape.dim(-1).fixed();
    long rows = numbers.count() / columns;
    Table table = tables.computeIfAbsent(key(name, shape), key -> new Table(numbers.type()));
    table.matrices.put(task, matrix(numbers, Shape.of(rows, columns)));
    table.rows = Math.max(table.rows, rows);
    table.columns = Math.max(table.columns, columns);
  }

  private static StoredTensor matrix(StoredTensor numbers, Shape shape) {
    return numbers.type() == Type.INT64
        ? StoredTensor.whole(shape, numbers.wholeElements())
        : new StoredTensor(shape, numbers.elements());
  }

  /** One table for each number of dimensions, since they mean different things. */
  private static String key(String name, Shape shape) {
    return name + "/" + shape.rank();
  }

  /**
   * Each row's own tensor: (B, m, n) of matrices, (B, 1, n) of vectors, (B, 1, 1) of scalars.
   *
   * @param shape of one of them
   * @param type in which programs read them
   */
  Tensor gathered(String name, Shape shape, Type type) {
    String key = key(name, shape);
    Table table = tables.get(key);
    if (table.gathered == null) {
      // Whole tables are not converted, only what is gathered.
      table.leaf =
          Tensor.leaf(
              Tensor.Source.VALUE, key, Shape.of(tasks, table.rows, table.columns), table.kept);
      Shape own = table.leaf.shape().with(0, Transformer.B);
      table.gathered =
          Tensor.call("torch.index_select", own, table.kept, Dim.of(0), table.leaf, 0L, taskOfRow)
              .to(type);
    }
    return table.gathered;
  }

  /** Whether a row's task is among the given ones, (B, 1, 1), BOOL. */
  Tensor isAmong(Set<Integer> some) {
    return among.computeIfAbsent(
        some,
        set -> {
          String name = "is among " + set;
          Shape scalar = Shape.SCALAR;
          set.forEach(task -> put(name, task, new StoredTensor(scalar, 1)));
          return gathered(name, scalar, Type.REAL).equalTo(1);
        });
  }

  /** What names the tasks of a batch's rows. */
  Tensor taskOfRow() {
    return taskOfRow;
  }

  /** The tables that programs read. */
  List<Tensor> leaves() {
    return used().stream().map(table -> table.leaf).toList();
  }

  private List<Table> used() {
    return tables.values().stream().filter(table -> table.leaf != null).toList();
  }

  /** The tables' values, in the order of {@link #leaves()}. */
  Values onto(Device device) {
    List<Value> values = new ArrayList<>();
    try {
      for (Table table : used()) {
        long[] shape = table.leaf.shape().fixed();
        values.add(
            table.kept == Type.INT64
                ? device.create(table.leaf.name(), (long[]) filled(table), shape)
                : device.create(table.leaf.name(), (float[]) filled(table), shape));
      }
      return Values.owning(values);
    } catch (RuntimeException | Error e) {
      values.forEach(Value::close);
      throw e;
    }
  }

  /** An array of float or long. */
  private Object filled(Table table) {
    long size = table.rows * table.columns;
    int length = Math.toIntExact(Math.multiplyExact(tasks, size));
    boolean isWhole = table.kept == Type.INT64;
    Object all = isWhole ? new long[length] : new float[length];
    table.matrices.forEach(
        (task, matrix) -> {
          Object elements = isWhole ? matrix.wholeElements() : matrix.elements();
          int columns = matrix.size(1);
          for (int row = 0; row < matrix.size(0); row++) {
            int to = Math.toIntExact(task * size + row * table.columns);
            System.arraycopy(elements, row * columns, all, to, columns);
          }
        });
    return all;
  }
}
