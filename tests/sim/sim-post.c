/* SPDX-License-Identifier: Apache-2.0 */
#include "sim-post.h"

#include "json-text.h"

struct _SimPost {
  GBytes *kept[SIM_POST_KEPT]; /* by number, in turn */
  gint64 n_sent;
  GString *out;
};

SimPost *
sim_post_new(void)
{
  SimPost *post = g_new0(SimPost, 1);

  post->out = g_string_new(NULL);
  return post;
}

void
sim_post_free(SimPost *post)
{
  for (guint i = 0; i < SIM_POST_KEPT; i++)
    g_bytes_unref(post->kept[i]);
  g_string_free(post->out, TRUE);
  g_free(post);
}

void
sim_post_send(SimPost *post, const char *id, const char *link, GBytes *text)
{
  GBytes **place = &post->kept[post->n_sent % SIM_POST_KEPT];
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);

  g_string_append_printf(
      post->out, "%s{\"id\":\"%s\",\"link\":\"%s\",\"number\":%" G_GINT64_FORMAT ",\"message\":",
      post->out->len > 0 ? "," : "", id, link, post->n_sent);
  g_string_append_len(post->out, bytes, (gssize)length);
  g_string_append_c(post->out, '}');
  g_bytes_unref(*place);
  *place = text;
  post->n_sent++;
}

json_t *
sim_post_read(const SimPost *post, gint64 number, GError **error)
{
  gsize length;
  const char *bytes;

  if (number < 0 || number >= post->n_sent || number < post->n_sent - SIM_POST_KEPT) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING,
                "The message %" G_GINT64_FORMAT " is not kept", number);
    return NULL;
  }
  bytes = g_bytes_get_data(post->kept[number % SIM_POST_KEPT], &length);
  return bh_json_parse(bytes, length, error);
}

void
sim_post_take(SimPost *post, GString *out)
{
  g_string_append_c(out, '[');
  g_string_append_len(out, post->out->str, (gssize)post->out->len);
  g_string_append_c(out, ']');
  g_string_truncate(post->out, 0);
}
