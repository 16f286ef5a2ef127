/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for libFuzzer where the compiler has none: every file of the corpus folder, then seeded
 * mutations of them. Understands -runs=N, -seed=N and -max_len=N; ignores other options.
 */
#include <gio/gio.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
load_corpus(GPtrArray *corpus, const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *contents;
    gsize length;

    if (g_file_get_contents(path, &contents, &length, NULL))
      g_ptr_array_add(corpus, g_byte_array_new_take((guint8 *)contents, length));
  }
}

/* Flips, cuts, doubles or splices in place of what coverage would choose. */
static void
mutate(GByteArray *input, GPtrArray *corpus, GRand *random, gsize max_len)
{
  guint changes = (guint)g_rand_int_range(random, 1, 8);

  while (changes-- > 0) {
    guint at = input->len > 0 ? (guint)g_rand_int_range(random, 0, (gint32)input->len) : 0;
    GByteArray *other = corpus->pdata[g_rand_int_range(random, 0, (gint32)corpus->len)];
    guint8 byte = (guint8)g_rand_int_range(random, 0, 256);

    switch (g_rand_int_range(random, 0, 5)) {
    case 0:
      if (input->len > 0)
        input->data[at] = byte;
      break;
    case 1:
      if (input->len > 0)
        input->data[at] ^= (guint8)(1u << (byte & 7));
      break;
    case 2:
      g_byte_array_set_size(input, at);
      break;
    case 3:
      if (input->len + other->len <= max_len && other->len > 0)
        g_byte_array_append(input, other->data, other->len);
      break;
    default:
      if (input->len > 0)
        g_byte_array_remove_range(input, at, MIN(input->len - at, 1u + byte % 16));
      break;
    }
  }
}

static void
run_one(const GByteArray *input)
{
  /* An exact copy, so that a sanitizer sees the first byte past the end. */
  g_autofree guint8 *copy = g_memdup2(input->data, input->len);

  LLVMFuzzerTestOneInput(copy, input->len);
}

int
main(int argc, char **argv)
{
  g_autoptr(GPtrArray) corpus = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  g_autoptr(GRand) random = NULL;
  guint64 runs = 1000, seed = 1, max_len = 4096;

  for (int i = 1; i < argc; i++) {
    if (g_str_has_prefix(argv[i], "-runs="))
      runs = g_ascii_strtoull(argv[i] + 6, NULL, 10);
    else if (g_str_has_prefix(argv[i], "-seed="))
      seed = g_ascii_strtoull(argv[i] + 6, NULL, 10);
    else if (g_str_has_prefix(argv[i], "-max_len="))
      max_len = g_ascii_strtoull(argv[i] + 9, NULL, 10);
    else if (argv[i][0] != '-')
      load_corpus(corpus, argv[i]);
  }
  if (corpus->len == 0) {
    g_printerr("no corpus\n");
    return 1;
  }

  random = g_rand_new_with_seed((guint32)seed);
  for (guint i = 0; i < corpus->len; i++)
    run_one(corpus->pdata[i]);
  for (guint64 i = 0; i < runs; i++) {
    GByteArray *base = corpus->pdata[g_rand_int_range(random, 0, (gint32)corpus->len)];
    g_autoptr(GByteArray) input = g_byte_array_new();

    if (base->len > 0)
      g_byte_array_append(input, base->data, base->len);
    mutate(input, corpus, random, max_len);
    run_one(input);
  }
  g_print("%u seeds, %" G_GUINT64_FORMAT " mutations\n", corpus->len, runs);
  return 0;
}
