/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-page.h"

#include <string.h>

#include "web-resources.h"

#define PREFIX "/bellhop/web"
/* Longer than any page's name. */
#define MAX_PATH_BYTES 200

static const struct {
  const char *suffix;
  const char *type;
} content_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *
find_content_type(const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS(content_types); i++)
    if (g_str_has_suffix(path, content_types[i].suffix))
      return content_types[i].type;
  return "application/octet-stream";
}

static BhWebPage *
load(const char *path)
{
  g_autofree char *resource = g_strconcat(PREFIX, path, NULL);
  g_autoptr(GBytes) content =
      g_resource_lookup_data(bh_web_resources_get_resource(), resource, 0, NULL);
  g_autofree char *sum = NULL;
  BhWebPage *page;

  if (content == NULL)
    return NULL;
  sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
  page = g_new0(BhWebPage, 1);
  page->content = g_steal_pointer(&content);
  page->content_type = find_content_type(path);
  page->etag = g_strdup_printf("\"%.32s\"", sum);
  page->is_page = g_str_has_suffix(path, ".html");
  return page;
}

BhWebPage *
bh_web_page_find(const char *path)
{
  g_autofree char *html = NULL;
  gsize length = strlen(path);

  if (length == 0 || length > MAX_PATH_BYTES || *path != '/' || strstr(path, "//") != NULL)
    return NULL;
  if (g_str_equal(path, "/"))
    return load("/index.html");
  if (strchr(path, '.') != NULL)
    return load(path);
  html = g_strconcat(path, ".html", NULL);
  return load(html);
}

void
bh_web_page_free(BhWebPage *page)
{
  g_bytes_unref(page->content);
  g_free(page->etag);
  g_free(page);
}
