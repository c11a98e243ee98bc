// Text over a picture: drawn once, before the process is shut in, and laid over each picture then.

#include "Picture.h"

#include <pango/pangoft2.h>
#include <stdlib.h>
#include <string.h>

// Of a tile, in pixels.
enum { LETTER = 80, WIDEST = 1120, TALLEST = 1600, SPREAD = 8 };

static const double angle = -24;
// Of its shorter side, a picture's letters have one part in so many.
static const double parts = 20;
static const double smallest = 13;
// How much of what lies below they cover.
static const double light_cover = 0.50, dark_cover = 0.42;

struct lt_mark {
    // Two bands: the letters, and the shade around them that shows them where the picture is light.
    VipsImage *tile;
};

// Letters in a bitmap, white on black; NULL without fonts.
static VipsImage *letters(PangoLayout *layout) {
    int width, height;
    pango_layout_get_pixel_size(layout, &width, &height);
    // Beyond what the layout says, letters may lean out of it.
    int margin = LETTER / 2;
    int full = pango_layout_get_width(layout) / PANGO_SCALE;
    if (width < 1 || height < 1 || height > TALLEST) return NULL;
    FT_Bitmap bitmap = {0};
    bitmap.width = (unsigned)(full + 2 * margin);
    bitmap.rows = (unsigned)(height + 2 * margin);
    bitmap.pitch = (int)bitmap.width;
    bitmap.num_grays = 256;
    bitmap.pixel_mode = FT_PIXEL_MODE_GRAY;
    size_t count = (size_t)bitmap.width * bitmap.rows;
    bitmap.buffer = calloc(1, count);
    if (!bitmap.buffer) return NULL;
    pango_ft2_render_layout(&bitmap, layout, margin, margin);
    VipsImage *image = vips_image_new_from_memory_copy(
        bitmap.buffer, count, (int)bitmap.width, (int)bitmap.rows, 1, VIPS_FORMAT_UCHAR);
    free(bitmap.buffer);
    return image;
}

static int draw(const char *text, VipsImage **into) {
    int result = lt_mark_without_font;
    PangoFontMap *map = pango_ft2_font_map_new();
    pango_ft2_font_map_set_resolution(PANGO_FT2_FONT_MAP(map), 72, 72);
    PangoFontFamily **families = NULL;
    int count = 0;
    pango_font_map_list_families(map, &families, &count);
    g_free(families);
    PangoContext *context = pango_font_map_create_context(map);
    PangoLayout *layout = pango_layout_new(context);
    // Pango ends the process when it is asked for letters and there is no font at all.
    if (count > 0) {
        PangoFontDescription *font = pango_font_description_from_string("Sans Bold");
        pango_font_description_set_absolute_size(font, LETTER * PANGO_SCALE);
        pango_layout_set_font_description(layout, font);
        pango_font_description_free(font);
        pango_layout_set_text(layout, text, -1);
        pango_layout_set_single_paragraph_mode(layout, TRUE);
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        int width, height;
        pango_layout_get_pixel_size(layout, &width, &height);
        pango_layout_set_width(layout, (width < WIDEST ? width + 2 : WIDEST) * PANGO_SCALE);
        if (pango_layout_get_unknown_glyphs_count(layout) == 0) {
            *into = letters(layout);
            result = *into ? lt_picture_done : lt_picture_damaged;
        }
    }
    g_object_unref(layout);
    g_object_unref(context);
    g_object_unref(map);
    return result;
}

int lt_mark_make(const char *text, lt_mark **into) {
    *into = NULL;
    VipsImage *image = NULL, *shade = NULL, *both = NULL;
    int result = draw(text, &image);
    if (result) goto failed;
    result = lt_picture_damaged;
    // Room around, so that neither leaning letters nor their shade meet those of the next tile.
    int room = LETTER;
    APPLY(
        image, vips_embed(
                   image, &made, room, room, image->Xsize + 2 * room, image->Ysize + 2 * room,
                   NULL));
    APPLY(image, vips_rotate(image, &made, angle, NULL));
    if (vips_gaussblur(image, &shade, SPREAD, NULL)) goto failed;
    // A blurred letter is paler than the letter was.
    APPLY(shade, vips_linear1(shade, &made, 2.5, 0, "uchar", TRUE, NULL));
    if (vips_bandjoin2(image, shade, &both, NULL)) goto failed;
    APPLY(both, (made = vips_image_copy_memory(both)) ? 0 : -1);
    *into = calloc(1, sizeof **into);
    if (!*into) goto failed;
    (*into)->tile = both;
    both = NULL;
    result = lt_picture_done;
failed:
    g_clear_object(&image);
    g_clear_object(&shade);
    g_clear_object(&both);
    vips_error_clear();
    return result;
}

// What is left of what lies below one of the tile's bands.
static int left_below(VipsImage *tiles, int band, double cover, VipsImage **out) {
    VipsImage *one = NULL;
    if (vips_extract_band(tiles, &one, band, NULL)) return -1;
    int result = vips_linear1(one, out, -cover / 255, 1, NULL);
    g_object_unref(one);
    return result;
}

// How much of the first tile lies before the picture.
static int before(int side, int tile) {
    int start = (tile / 2 - side / 2) % tile;
    return start < 0 ? start + tile : start;
}

int lt_picture_mark(lt_picture *picture, const lt_mark *mark) {
    VipsImage *image = picture->image, *tiles = mark->tile;
    VipsImage *shade = NULL, *light = NULL, *white = NULL;
    int result = lt_picture_damaged;
    g_object_ref(image);
    g_object_ref(tiles);
    int width = image->Xsize, height = image->Ysize;
    double letter = (width < height ? width : height) / parts;
    if (letter < smallest) letter = smallest;
    // One whole tile at least is seen, in a picture that is not too small for it.
    double scale = letter / LETTER;
    double widest = (double)width / tiles->Xsize, tallest = (double)height / tiles->Ysize;
    double most = widest < tallest ? widest : tallest;
    double least = smallest / LETTER;
    if (scale > most) scale = most > least ? most : least;
    APPLY(tiles, vips_resize(tiles, &made, scale, "kernel", VIPS_KERNEL_LINEAR, NULL));
    // One tile's middle is the picture's: a small picture has no room for more.
    int left = before(width, tiles->Xsize), top = before(height, tiles->Ysize);
    APPLY(
        tiles, vips_replicate(
                   tiles, &made, (left + width) / tiles->Xsize + 1,
                   (top + height) / tiles->Ysize + 1, NULL));
    APPLY(tiles, vips_crop(tiles, &made, left, top, width, height, NULL));
    if (left_below(tiles, 0, light_cover, &light)) goto failed;
    if (left_below(tiles, 1, dark_cover, &shade)) goto failed;
    if (vips_linear1(light, &white, -255, 255, NULL)) goto failed;
    APPLY(image, vips_multiply(image, shade, &made, NULL));
    APPLY(image, vips_multiply(image, light, &made, NULL));
    APPLY(image, vips_add(image, white, &made, NULL));
    APPLY(image, vips_cast(image, &made, VIPS_FORMAT_UCHAR, NULL));
    APPLY(image, vips_copy(image, &made, "interpretation", VIPS_INTERPRETATION_sRGB, NULL));
    APPLY(image, (made = vips_image_copy_memory(image)) ? 0 : -1);
    g_object_unref(picture->image);
    picture->image = image;
    image = NULL;
    result = lt_picture_done;
failed:
    g_clear_object(&image);
    g_clear_object(&tiles);
    g_clear_object(&shade);
    g_clear_object(&light);
    g_clear_object(&white);
    vips_error_clear();
    return result;
}
