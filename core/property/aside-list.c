/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "aside-list.h"

#include <string.h>

typedef struct {
  char *name; /* `<logId>:<seq>` */
  char *log_id;
  gint64 seq;
  char *entity;
  const char *reason;
} Aside;

struct _BhAsideList {
  GQueue asides; /* of Aside, owned, the latest last */
  GTree *links;  /* name (of the value) -> its link in `asides` */
  guint max;
};

static int
compare_names(gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp(a, b);
}

static void
aside_free(gpointer data)
{
  Aside *aside = data;

  g_free(aside->name);
  g_free(aside->log_id);
  g_free(aside->entity);
  g_free(aside);
}

BhAsideList *
bh_aside_list_new(guint max)
{
  BhAsideList *list = g_new0(BhAsideList, 1);

  g_queue_init(&list->asides);
  list->links = g_tree_new_full(compare_names, NULL, NULL, NULL);
  list->max = max;
  return list;
}

void
bh_aside_list_free(BhAsideList *list)
{
  g_tree_unref(list->links);
  g_queue_clear_full(&list->asides, aside_free);
  g_free(list);
}

static void
remove_link(BhAsideList *list, GList *link)
{
  Aside *aside = link->data;

  g_tree_remove(list->links, aside->name);
  g_queue_delete_link(&list->asides, link);
  aside_free(aside);
}

gboolean
bh_aside_list_set(BhAsideList *list, const char *log_id, gint64 seq, const char *entity,
                  const char *reason)
{
  g_autofree char *name = g_strdup_printf("%s:%" G_GINT64_FORMAT, log_id, seq);
  GList *link = g_tree_lookup(list->links, name);
  Aside *aside = link != NULL ? link->data : NULL;

  if (reason == NULL) {
    if (link != NULL)
      remove_link(list, link);
    return link != NULL;
  }
  if (aside != NULL) {
    gboolean is_other = !g_str_equal(aside->reason, reason);

    aside->reason = reason;
    return is_other;
  }
  if (g_queue_get_length(&list->asides) >= list->max)
    remove_link(list, list->asides.head);
  aside = g_new0(Aside, 1);
  aside->name = g_steal_pointer(&name);
  aside->log_id = g_strdup(log_id);
  aside->seq = seq;
  aside->entity = g_strdup(entity);
  aside->reason = reason;
  g_queue_push_tail(&list->asides, aside);
  g_tree_insert(list->links, aside->name, list->asides.tail);
  return TRUE;
}

json_t *
bh_aside_list_to_json(BhAsideList *list)
{
  json_t *array = json_array();

  for (GList *link = list->asides.head; link != NULL; link = link->next) {
    const Aside *aside = link->data;

    json_array_append_new(array, json_pack("{s:s, s:I, s:s, s:s}", "logId", aside->log_id, "seq",
                                           (json_int_t)aside->seq, "reason", aside->reason,
                                           "entity", aside->entity));
  }
  return array;
}
