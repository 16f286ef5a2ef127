/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as ESC/POS: taken apart without loss, and rendered as bounded paper. */
#include "escpos-decoder.h"
#include "print-content.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  BhEscposDecoder decoder = BH_ESCPOS_DECODER_INIT(data, size);
  g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
  g_autoptr(GBytes) copy = bh_print_content_without_drawer(bytes);
  g_autoptr(json_t) paper = bh_paper_render(data, size);
  const uint8_t *next = data;
  BhEscposItem item;

  while (bh_escpos_decoder_next(&decoder, &item)) {
    g_assert_true(item.bytes == next);
    g_assert_cmpuint(item.length, >, 0);
    next += item.length;
    if (item.kind == BH_ESCPOS_COMMAND)
      g_assert_true(item.parameters + item.n_parameters == next);
  }
  g_assert_true(next == data + size);
  g_assert_cmpuint(g_bytes_get_size(copy), <=, size);
  g_assert_true(json_is_array(json_object_get(paper, "lines")));
  return 0;
}
