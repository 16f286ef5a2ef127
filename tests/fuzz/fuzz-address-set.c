/* SPDX-License-Identifier: Apache-2.0 */
#include "address-set.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is taken as a network holds the address it was written with, and is spelt so that it is
 * taken again and as the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
  g_autoptr(BhAddressSet) set = bh_address_set_new();
  g_autoptr(BhAddressSet) again = bh_address_set_new();
  g_autofree char *bare = g_strndup(text, strcspn(text, "/"));
  g_autofree char *normal = bh_address_normalise(bare);

  bh_address_set_contains(set, text);
  if (!bh_address_set_add(set, text, NULL)) {
    g_assert_cmpuint(bh_address_set_get_size(set), ==, 0);
    return 0;
  }
  g_assert_nonnull(normal);
  g_assert_true(bh_address_set_contains(set, bare));
  g_assert_true(bh_address_set_contains(set, normal));
  {
    g_auto(GStrv) list = bh_address_set_list(set);

    g_assert_true(bh_address_set_add(again, list[0], NULL));
    bh_address_set_add_all(again, set);
    g_assert_cmpuint(bh_address_set_get_size(again), ==, 1);
  }
  return 0;
}
