#!/bin/sh
# Makes the small pictures of this folder anew; needs libvips-tools and
# libimage-exiftool-perl. All of it is drawn here: a ramp of two colours.
#   test/data/pictures/make.sh
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

vips xyz "$work/xy.v" 800 600
vips extract_band "$work/xy.v" "$work/x.v" 0
vips extract_band "$work/xy.v" "$work/y.v" 1
vips linear "$work/x.v" "$work/red.v" 0.3 0
vips linear "$work/y.v" "$work/green.v" 0.4 0
vips black "$work/blue.v" 800 600
vips bandjoin "$work/red.v $work/green.v $work/blue.v" "$work/float.v"
vips cast "$work/float.v" "$work/byte.v" uchar
vips copy "$work/byte.v" "$work/ramp.v" --interpretation srgb

vips jpegsave "$work/ramp.v" plain.jpg --Q 60 --strip
vips resize "$work/ramp.v" "$work/small.v" 0.1
vips pngsave "$work/small.v" small.png --strip
vips webpsave "$work/small.v" small.webp --strip
vips heifsave "$work/small.v" small.avif --compression av1 --strip
vips gifsave "$work/small.v" small.gif --strip
vips tiffsave "$work/small.v" small.tif --compression deflate --strip

# One that says everything, in all three ways, and what must not go on.
cp plain.jpg said.jpg
exiftool -q -overwrite_original \
    -EXIF:ImageDescription='exif caption' -EXIF:Artist='Exif Person' \
    -EXIF:Copyright='exif rights' -EXIF:Make=CANARYMAKE \
    -EXIF:Model=CANARYMODEL -EXIF:SerialNumber=CANARYSERIAL \
    -EXIF:GPSLatitude=50.45 -EXIF:GPSLatitudeRef=N \
    -EXIF:GPSLongitude=30.52 -EXIF:GPSLongitudeRef=E \
    -EXIF:Orientation#=6 \
    -IPTC:CodedCharacterSet=UTF8 \
    -IPTC:Caption-Abstract='Підпис IPTC' -IPTC:By-line='Iptc Person' \
    -IPTC:Credit='Iptc Agency' -IPTC:CopyrightNotice='iptc rights' \
    -IPTC:City=CANARYCITY \
    -IPTC:ExpirationDate=2031:02:03 -IPTC:ExpirationTime=04:05:06+02:00 \
    -XMP-iptcCore:AltTextAccessibility='A ramp of colours' \
    -XMP-dc:Description='xmp caption' -XMP-dc:Description-uk='підпис xmp' \
    -XMP-photoshop:City=CANARYXMPCITY said.jpg
cp plain.jpg iptc.jpg
exiftool -q -overwrite_original -IPTC:CodedCharacterSet=UTF8 \
    -IPTC:Caption-Abstract='Підпис IPTC' -IPTC:By-line='Iptc Person' \
    -IPTC:Credit='Iptc Agency' -IPTC:CopyrightNotice='iptc rights' \
    -IPTC:ExpirationDate=2031:02:03 -IPTC:ExpirationTime=04:05:06+02:00 iptc.jpg
cp plain.jpg exif.jpg
exiftool -q -overwrite_original -EXIF:ImageDescription='exif (caption)' \
    -EXIF:Artist='Exif Person' -EXIF:Copyright='exif rights' exif.jpg
cp plain.jpg camera.jpg
exiftool -q -overwrite_original \
    -EXIF:ImageDescription='OLYMPUS DIGITAL CAMERA' camera.jpg
