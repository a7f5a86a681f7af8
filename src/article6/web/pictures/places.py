"""Where a Party's bubble stands on the map: latitude and longitude in degrees, about the middle of its largest land, or
its capital where that is too small to be drawn. The European Union stands in the sea west of it, so as not to hide a
member.

No border is drawn or meant: a place says where a bubble goes, and nothing of whose a territory is.

Source: Natural Earth 1:110m (public domain), rounded to a tenth of a degree.
"""

from __future__ import annotations

_TABLE = """
AFG 33.9 66.1; AGO -12.3 17.5; ALB 41.1 20.0; AND 42.5 1.5; ARE 23.9 54.2; ARG -35.2 -65.1; ARM 40.2 45.0
ATG 17.1 -61.9; AUS -25.6 134.4; AUT 47.6 14.1; AZE 40.3 47.7; BDI -3.4 29.9; BEL 50.7 4.6; BEN 9.6 2.3
BFA 12.3 -1.8; BGD 23.8 90.3; BGR 42.8 25.2; BHR 26.2 50.6; BHS 24.5 -77.9; BIH 44.2 17.8; BLR 53.5 28.0
BLZ 17.2 -88.7; BOL -16.7 -64.6; BRA -10.8 -53.1; BRB 13.1 -59.6; BRN 4.7 114.9; BTN 27.4 90.5; BWA -22.1 23.8
CAF 6.5 20.4; CAN 57.7 -101.6; CHE 46.8 8.1; CHL -37.3 -71.7; CHN 36.6 103.9; CIV 7.6 -5.6; CMR 5.7 12.6
COD -2.9 23.6; COG -0.8 15.1; COK -21.2 -159.8; COL 3.9 -73.1; COM -11.7 43.2; CPV 14.9 -23.5; CRI 10.0 -84.2
CUB 21.6 -79.0; CYP 34.9 33.0; CZE 49.8 15.3; DEU 51.1 10.3; DJI 11.8 42.5; DMA 15.3 -61.4; DNK 56.2 9.3
DOM 18.9 -70.5; DZA 28.2 2.6; ECU -1.5 -78.4; EGY 26.5 29.8; ERI 15.4 38.7; ESP 40.3 -3.6; EST 58.6 25.8
ETH 8.7 39.6; EUE 47.0 -14.0; FIN 64.5 26.2; FJI -17.8 178.0; FRA 46.6 2.3; FSM 6.9 158.1; GAB -0.6 11.7
GBR 53.9 -2.7; GEO 42.2 43.5; GHA 7.9 -1.2; GIN 10.4 -11.1; GMB 13.5 -15.4; GNB 12.0 -15.1; GNQ 1.6 10.4
GRC 39.3 22.6; GRD 12.1 -61.7; GTM 15.7 -90.4; GUY 4.8 -59.0; HND 14.8 -86.6; HRV 44.5 15.6; HTI 18.9 -72.1
HUN 47.2 19.4; IDN -0.3 114.0; IND 22.9 79.6; IRL 53.2 -8.0; IRN 32.5 54.3; IRQ 33.0 43.8; ISL 65.1 -18.8
ISR 31.4 34.7; ITA 43.5 12.2; JAM 18.1 -77.3; JOR 31.2 36.8; JPN 36.0 136.9; KAZ 48.2 67.3; KEN 0.6 37.8
KGZ 41.5 74.6; KHM 12.7 104.9; KIR 1.3 173.0; KNA 17.3 -62.7; KOR 36.4 127.8; KWT 29.3 47.6; LAO 18.4 103.8
LBN 33.9 35.9; LBR 6.4 -9.4; LBY 27.0 18.0; LCA 14.0 -61.0; LIE 47.1 9.5; LKA 7.7 80.7; LSO -29.6 28.2
LTU 55.3 23.9; LUX 49.8 6.0; LVA 56.8 24.8; MAR 29.9 -8.4; MCO 43.7 7.4; MDA 47.2 28.4; MDG -19.4 46.7
MDV 4.2 73.5; MEX 23.9 -102.6; MHL 7.1 171.4; MKD 41.6 21.7; MLI 17.3 -3.5; MLT 35.9 14.5; MMR 21.0 96.5
MNE 42.8 19.3; MNG 46.8 102.9; MOZ -17.2 35.5; MRT 20.2 -10.3; MUS -20.2 57.5; MWI -13.2 34.2; MYS 3.5 114.7
NAM -22.1 17.2; NER 17.3 9.3; NGA 9.5 8.0; NIC 12.8 -85.0; NIU -19.1 -169.9; NLD 52.3 5.5; NOR 64.6 12.2
NPL 28.2 84.0; NRU -0.5 166.9; NZL -44.0 170.5; OMN 20.6 56.1; PAK 30.0 69.4; PAN 8.5 -80.1; PER -9.2 -74.4
PHL 15.8 121.5; PLW 7.5 134.6; PNG -6.6 144.3; POL 52.1 19.3; PRK 40.1 127.2; PRT 39.6 -8.1; PRY -23.2 -58.4
PSE 31.9 35.3; QAT 25.3 51.2; ROU 45.9 24.9; RUS 61.7 99.2; RWA -2.0 29.9; SAU 24.1 44.5; SDN 16.0 29.9
SEN 14.4 -14.5; SGP 1.3 103.9; SLB -7.9 159.1; SLE 8.5 -11.8; SLV 13.7 -88.9; SMR 43.9 12.4; SOM 4.8 45.7
SRB 44.2 20.8; SSD 7.3 30.2; STP 0.3 6.7; SUR 4.1 -55.9; SVK 48.7 19.5; SVN 46.1 14.9; SWE 62.8 16.6
SWZ -26.5 31.4; SYC -4.6 55.4; SYR 35.0 38.5; TCD 15.3 18.6; TGO 8.4 1.0; THA 15.0 101.0; TJK 38.6 71.0
TKM 39.1 59.3; TLS -8.8 126.0; TON -21.1 -175.2; TTO 10.4 -61.3; TUN 34.2 9.5; TUR 39.0 35.4; TUV -8.5 179.2
TZA -6.3 34.8; UGA 1.3 32.4; UKR 49.0 31.4; URY -32.8 -56.0; USA 39.5 -99.1; UZB 41.7 63.2; VAT 41.9 12.5
VCT 13.2 -61.2; VEN 7.2 -66.2; VNM 16.0 107.8; VUT -15.2 166.9; WSM -13.8 -171.8; YEM 15.9 47.5; ZAF -28.9 25.0
ZMB -13.4 27.7; ZWE -18.9 29.8
"""

PLACES = {
    code: (float(latitude), float(longitude))
    for code, latitude, longitude in (each.split() for each in _TABLE.replace("\n", ";").split(";") if each.strip())
}
