/* SPDX-License-Identifier: Apache-2.0 */
#include "sim-check.h"

#include "sign-key.h"

/* The linker puts this in place of bh_sign_key_verify(). */

gboolean __wrap_bh_sign_key_verify(const guint8 *public_key, const guint8 *bytes, gsize length,
                                   const guint8 *signature);
gboolean __real_bh_sign_key_verify(const guint8 *public_key, const guint8 *bytes, gsize length,
                                   const guint8 *signature);

static GHashTable *checked; /* (nullable) key, signature and bytes -> whether it is good */

void
sim_check_once(gboolean is_on)
{
  g_clear_pointer(&checked, g_hash_table_unref);
  if (is_on)
    checked = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
}

gboolean
__wrap_bh_sign_key_verify(const guint8 *public_key, const guint8 *bytes, gsize length,
                          const guint8 *signature)
{
  g_autoptr(GByteArray) all = g_byte_array_new();
  g_autoptr(GBytes) name = NULL;
  gpointer known;

  if (checked == NULL)
    return __real_bh_sign_key_verify(public_key, bytes, length, signature);
  g_byte_array_append(all, public_key, BH_SIGN_KEY_BYTES);
  g_byte_array_append(all, signature, BH_SIGN_SIGNATURE_BYTES);
  g_byte_array_append(all, bytes, (guint)length);
  name = g_byte_array_free_to_bytes(g_steal_pointer(&all));
  if (!g_hash_table_lookup_extended(checked, name, NULL, &known)) {
    known = GINT_TO_POINTER(__real_bh_sign_key_verify(public_key, bytes, length, signature));
    g_hash_table_insert(checked, g_bytes_ref(name), known);
  }
  return GPOINTER_TO_INT(known);
}
