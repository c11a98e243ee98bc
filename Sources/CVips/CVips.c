#define _GNU_SOURCE
#include "Picture.h"

#include <dlfcn.h>
#include <gmodule.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
// Before vector.h, which needs it.
#include <vips/vips.h>

#include <vips/vector.h>

// HEIF's loader is a module where libvips was built with modules. The others (ImageMagick, PDF,
// microscopes) stay outside: libvips finds no modules by itself, and this one is named.
static void load_heif(void) {
    Dl_info where;
    if (!dladdr((void *)vips_init, &where) || !where.dli_fname) return;
    char *folder = g_path_get_dirname(where.dli_fname);
    char *path = g_strdup_printf(
        "%s/vips-modules-%d.%d/vips-heif.so", folder, vips_version(0), vips_version(1));
    // It registers itself, and stays. Without it HEIF is "damaged", everything else works.
    g_module_open(path, G_MODULE_BIND_LOCAL);
    g_free(path);
    g_free(folder);
}

static void say_nothing(
    const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
    (void)domain, (void)level, (void)message, (void)data;
}

int lt_vips_start(void) {
    // Where libvips would look for its modules.
    if (setenv("VIPSHOME", "/nonexistent", 1)) return -1;
    g_log_set_default_handler(say_nothing, NULL);
    if (VIPS_INIT("lighttight-imager")) return -1;
    load_heif();
    vips_concurrency_set(1);
    // Pixels of one picture must not wait in a cache for the next.
    vips_cache_set_max(0);
    // Its vector code is made at run time, which the cage forbids.
    vips_vector_set_enabled(FALSE);
    return 0;
}

void *lt_memory_new(size_t count) { return malloc(count); }
void lt_memory_free(void *memory) { free(memory); }

static int open_with(
    lt_loader loader, const void *bytes, size_t count, int shrink, double scale, int embedded,
    VipsImage **out) {
    void *from = (void *)bytes;
    switch (loader) {
    case lt_loader_jpeg:
        return vips_jpegload_buffer(
            from, count, out, "shrink", shrink, "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    case lt_loader_png:
        return vips_pngload_buffer(from, count, out, "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    case lt_loader_gif:
        return vips_gifload_buffer(from, count, out, "n", 1, NULL);
    case lt_loader_webp:
        return vips_webpload_buffer(
            from, count, out, "n", 1, "scale", scale, "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    case lt_loader_tiff:
        return vips_tiffload_buffer(from, count, out, "n", 1, NULL);
    case lt_loader_heif:
        return vips_heifload_buffer(from, count, out, "n", 1, "thumbnail", embedded, NULL);
    }
    return -1;
}

static uint32_t longer(const VipsImage *image) {
    return (uint32_t)(image->Xsize > image->Ysize ? image->Xsize : image->Ysize);
}

static bool same_shape(const VipsImage *one, const VipsImage *other) {
    double first = (double)one->Xsize / one->Ysize, second = (double)other->Xsize / other->Ysize;
    return fabs(first / second - 1) < 0.02;
}

// Turns and mirrors as Exif counts orientations.
static int turn(VipsImage **image, int orientation) {
    static const VipsAngle angles[] = {
        VIPS_ANGLE_D0, VIPS_ANGLE_D0, VIPS_ANGLE_D0, VIPS_ANGLE_D180, VIPS_ANGLE_D180,
        VIPS_ANGLE_D90, VIPS_ANGLE_D90, VIPS_ANGLE_D270, VIPS_ANGLE_D270,
    };
    if (orientation < 2 || orientation > 8) return 0;
    if (angles[orientation] != VIPS_ANGLE_D0)
        APPLY(*image, vips_rot(*image, &made, angles[orientation], NULL));
    if (orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7)
        APPLY(*image, vips_flip(*image, &made, VIPS_DIRECTION_HORIZONTAL, NULL));
    return 0;
failed:
    return -1;
}

// RGB of 8 bits on white, in memory. A profile of RGB stays with it; what has other channels takes its
// colours from its own profile, or from a usual one.
static int settle(VipsImage **image, int orientation) {
    if ((*image)->Type == VIPS_INTERPRETATION_CMYK) {
        APPLY(
            *image, vips_icc_transform(
                        *image, &made, "srgb", "embedded", TRUE, "input_profile", "cmyk", NULL));
        vips_image_remove(*image, VIPS_META_ICC_NAME);
    } else if ((*image)->Bands < 3) {
        vips_image_remove(*image, VIPS_META_ICC_NAME);
    }
    if (vips_image_hasalpha(*image)) {
        VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
        VipsImage *made = NULL;
        int result = vips_flatten(*image, &made, "background", white, NULL);
        vips_area_unref(VIPS_AREA(white));
        if (become(image, result, made)) goto failed;
    }
    if ((*image)->Type != VIPS_INTERPRETATION_sRGB || (*image)->Bands != 3)
        APPLY(*image, vips_colourspace(*image, &made, VIPS_INTERPRETATION_sRGB, NULL));
    if ((*image)->Bands > 3) APPLY(*image, vips_extract_band(*image, &made, 0, "n", 3, NULL));
    if ((*image)->BandFmt != VIPS_FORMAT_UCHAR)
        APPLY(*image, vips_cast(*image, &made, VIPS_FORMAT_UCHAR, NULL));
    // Into memory before it is turned, as a decoder that goes line by line cannot step aside.
    APPLY(*image, (made = vips_image_copy_memory(*image)) ? 0 : -1);
    if (orientation != 1) {
        if (turn(image, orientation)) goto failed;
        APPLY(*image, (made = vips_image_copy_memory(*image)) ? 0 : -1);
    }
    return (*image)->Bands == 3 ? 0 : -1;
failed:
    return -1;
}

int lt_picture_decode(
    lt_loader loader, const void *bytes, size_t count, uint32_t side, int orientation,
    uint64_t most_pixels, uint32_t longest_side, int embedded, uint32_t least, int *used_embedded,
    lt_picture **into) {
    *into = NULL;
    *used_embedded = 0;
    VipsImage *image = NULL;
    int result = lt_picture_damaged;
    // Opening reads the head only; pixels are decoded when somebody asks for them.
    if (open_with(loader, bytes, count, 1, 1, 0, &image)) goto failed;
    if (image->Xsize < 1 || image->Ysize < 1 || longer(image) > longest_side ||
        (uint64_t)image->Xsize * (uint64_t)image->Ysize > most_pixels) {
        result = lt_picture_too_large;
        goto failed;
    }
    if (loader == lt_loader_jpeg) {
        int shrink = 1;
        while (shrink < 8 && longer(image) / (uint32_t)(shrink * 2) >= side) shrink *= 2;
        if (shrink > 1) {
            g_clear_object(&image);
            if (open_with(loader, bytes, count, shrink, 1, 0, &image)) goto failed;
        }
    } else if (loader == lt_loader_webp && longer(image) >= side * 2) {
        double scale = (double)side / longer(image);
        g_clear_object(&image);
        if (open_with(loader, bytes, count, 1, scale, 0, &image)) goto failed;
    } else if (loader == lt_loader_heif && embedded) {
        VipsImage *small = NULL;
        if (!open_with(loader, bytes, count, 1, 1, 1, &small) && longer(small) >= least &&
            longer(small) < longer(image) && same_shape(small, image)) {
            g_object_unref(image);
            image = small;
            *used_embedded = 1;
        } else {
            g_clear_object(&small);
        }
    }
    // A JPEG is small by now, and a second pass over it would only cost time.
    if (loader != lt_loader_jpeg && longer(image) > side)
        APPLY(
            image, vips_thumbnail_image(
                       image, &made, (int)side, "height", (int)side, "size", VIPS_SIZE_DOWN,
                       "no_rotate", TRUE, NULL));
    if (settle(&image, orientation)) goto failed;
    *into = calloc(1, sizeof **into);
    if (!*into) goto failed;
    (*into)->image = image;
    vips_error_clear();
    return lt_picture_done;
failed:
    g_clear_object(&image);
    vips_error_clear();
    return result;
}

// Colours of sRGB. A profile that makes no sense is no reason to show nothing.
static void to_srgb(VipsImage **image) {
    VipsImage *made = NULL;
    if (!vips_image_get_typeof(*image, VIPS_META_ICC_NAME)) return;
    if (!vips_icc_transform(*image, &made, "srgb", "embedded", TRUE, NULL)) become(image, 0, made);
}

int lt_picture_shrink(lt_picture *picture, uint32_t side, lt_picture **into) {
    *into = NULL;
    VipsImage *image = picture->image;
    g_object_ref(image);
    APPLY(
        image, vips_thumbnail_image(
                   image, &made, (int)side, "height", (int)side, "size", VIPS_SIZE_DOWN,
                   "no_rotate", TRUE, NULL));
    to_srgb(&image);
    if (settle(&image, 1)) goto failed;
    *into = calloc(1, sizeof **into);
    if (!*into) goto failed;
    (*into)->image = image;
    return lt_picture_done;
failed:
    g_clear_object(&image);
    vips_error_clear();
    return lt_picture_damaged;
}

void lt_picture_free(lt_picture *picture) {
    if (!picture) return;
    g_object_unref(picture->image);
    free(picture);
}

uint32_t lt_picture_width(const lt_picture *picture) { return (uint32_t)picture->image->Xsize; }
uint32_t lt_picture_height(const lt_picture *picture) { return (uint32_t)picture->image->Ysize; }

const uint8_t *lt_picture_pixels(const lt_picture *picture) {
    return VIPS_IMAGE_ADDR(picture->image, 0, 0);
}

int lt_picture_jpeg(lt_picture *picture, int quality, void **bytes, size_t *count) {
    *bytes = NULL;
    // "strip" leaves out every profile and tag; the pixels are sRGB by now.
    if (vips_jpegsave_buffer(
            picture->image, bytes, count, "Q", quality, "strip", TRUE, "optimize_coding", TRUE,
            NULL)) {
        vips_error_clear();
        return lt_picture_damaged;
    }
    return lt_picture_done;
}
