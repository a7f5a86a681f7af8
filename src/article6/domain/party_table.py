"""The 198 Parties to the UNFCCC, one line each: facts only, read by `parties`.

Columns: AEF code, alpha-2 code, flags, date the Paris Agreement took effect ("-": not a Party to it), name.
Flags: A listed in Annex I to the Convention, L least developed country, S small island developing State,
"-" none of them.

Source: UNFCCC, status of ratification; via openclimatedata, CC0. Names as the United Nations use them.
Corrected by us after the United Nations' lists of February 2026: Cook Islands and Niue are small island
developing States; Sao Tome and Principe left the least developed countries on 13 December 2024.
"""

PARTY_TABLE = """\
AFG AF L  2017-03-17 Afghanistan
ALB AL -  2016-11-04 Albania
DZA DZ -  2016-11-19 Algeria
AND AD -  2017-04-23 Andorra
AGO AO L  2020-12-16 Angola
ATG AG S  2016-11-04 Antigua and Barbuda
ARG AR -  2016-11-04 Argentina
ARM AM -  2017-04-22 Armenia
AUS AU A  2016-12-09 Australia
AUT AT A  2016-11-04 Austria
AZE AZ -  2017-02-08 Azerbaijan
BHS BS S  2016-11-04 Bahamas
BHR BH -  2017-01-22 Bahrain
BGD BD L  2016-11-04 Bangladesh
BRB BB S  2016-11-04 Barbados
BLR BY A  2016-11-04 Belarus
BEL BE A  2017-05-06 Belgium
BLZ BZ S  2016-11-04 Belize
BEN BJ L  2016-11-30 Benin
BTN BT -  2017-10-19 Bhutan
BOL BO -  2016-11-04 Bolivia (Plurinational State of)
BIH BA -  2017-04-15 Bosnia and Herzegovina
BWA BW -  2016-12-11 Botswana
BRA BR -  2016-11-04 Brazil
BRN BN -  2016-11-04 Brunei Darussalam
BGR BG A  2016-12-29 Bulgaria
BFA BF L  2016-12-11 Burkina Faso
BDI BI L  2018-02-16 Burundi
CPV CV S  2017-10-21 Cabo Verde
KHM KH L  2017-03-08 Cambodia
CMR CM -  2016-11-04 Cameroon
CAN CA A  2016-11-04 Canada
CAF CF L  2016-11-10 Central African Republic
TCD TD L  2017-02-11 Chad
CHL CL -  2017-03-12 Chile
CHN CN -  2016-11-04 China
COL CO -  2018-08-11 Colombia
COM KM LS 2016-12-23 Comoros
COG CG -  2017-05-21 Congo
COK CK S  2016-11-04 Cook Islands
CRI CR -  2016-11-12 Costa Rica
CIV CI -  2016-11-24 Côte d'Ivoire
HRV HR A  2017-06-23 Croatia
CUB CU S  2017-01-27 Cuba
CYP CY A  2017-02-03 Cyprus
CZE CZ A  2017-11-04 Czechia
PRK KP -  2016-11-04 Democratic People's Republic of Korea
COD CD L  2018-01-12 Democratic Republic of the Congo
DNK DK A  2016-12-01 Denmark
DJI DJ L  2016-12-11 Djibouti
DMA DM S  2016-11-04 Dominica
DOM DO S  2017-10-21 Dominican Republic
ECU EC -  2017-10-20 Ecuador
EGY EG -  2017-07-29 Egypt
SLV SV -  2017-04-26 El Salvador
GNQ GQ -  2018-11-29 Equatorial Guinea
ERI ER L  2023-03-09 Eritrea
EST EE A  2016-12-04 Estonia
SWZ SZ -  2016-11-04 Eswatini
ETH ET L  2017-04-08 Ethiopia
EUE EU A  2016-11-04 European Union
FJI FJ S  2016-11-04 Fiji
FIN FI A  2016-12-14 Finland
FRA FR A  2016-11-04 France
GAB GA -  2016-12-02 Gabon
GMB GM L  2016-12-07 Gambia
GEO GE -  2017-06-07 Georgia
DEU DE A  2016-11-04 Germany
GHA GH -  2016-11-04 Ghana
GRC GR A  2016-11-13 Greece
GRD GD S  2016-11-04 Grenada
GTM GT -  2017-02-24 Guatemala
GIN GN L  2016-11-04 Guinea
GNB GW LS 2018-11-21 Guinea-Bissau
GUY GY S  2016-11-04 Guyana
HTI HT LS 2017-08-30 Haiti
VAT VA -  2022-10-04 Holy See
HND HN -  2016-11-04 Honduras
HUN HU A  2016-11-04 Hungary
ISL IS A  2016-11-04 Iceland
IND IN -  2016-11-04 India
IDN ID -  2016-11-30 Indonesia
IRN IR -  -          Iran (Islamic Republic of)
IRQ IQ -  2021-12-01 Iraq
IRL IE A  2016-12-04 Ireland
ISR IL -  2016-12-22 Israel
ITA IT A  2016-12-11 Italy
JAM JM S  2017-05-10 Jamaica
JPN JP A  2016-12-08 Japan
JOR JO -  2016-12-04 Jordan
KAZ KZ -  2017-01-05 Kazakhstan
KEN KE -  2017-01-27 Kenya
KIR KI LS 2016-11-04 Kiribati
KWT KW -  2018-05-23 Kuwait
KGZ KG -  2020-03-19 Kyrgyzstan
LAO LA L  2016-11-04 Lao People's Democratic Republic
LVA LV A  2017-04-15 Latvia
LBN LB -  2020-03-06 Lebanon
LSO LS L  2017-02-19 Lesotho
LBR LR L  2018-09-26 Liberia
LBY LY -  -          Libya
LIE LI A  2017-10-20 Liechtenstein
LTU LT A  2017-03-04 Lithuania
LUX LU A  2016-12-04 Luxembourg
MDG MG L  2016-11-04 Madagascar
MWI MW L  2017-07-29 Malawi
MYS MY -  2016-12-16 Malaysia
MDV MV S  2016-11-04 Maldives
MLI ML L  2016-11-04 Mali
MLT MT A  2016-11-04 Malta
MHL MH S  2016-11-04 Marshall Islands
MRT MR L  2017-03-29 Mauritania
MUS MU S  2016-11-04 Mauritius
MEX MX -  2016-11-04 Mexico
FSM FM S  2016-11-04 Micronesia (Federated States of)
MCO MC A  2016-11-23 Monaco
MNG MN -  2016-11-04 Mongolia
MNE ME -  2018-01-19 Montenegro
MAR MA -  2016-11-04 Morocco
MOZ MZ L  2018-07-04 Mozambique
MMR MM L  2017-10-19 Myanmar
NAM NA -  2016-11-04 Namibia
NRU NR S  2016-11-04 Nauru
NPL NP L  2016-11-04 Nepal
NLD NL A  2017-08-27 Netherlands (Kingdom of the)
NZL NZ A  2016-11-04 New Zealand
NIC NI -  2017-11-22 Nicaragua
NER NE L  2016-11-04 Niger
NGA NG -  2017-06-15 Nigeria
NIU NU S  2016-11-27 Niue
MKD MK -  2018-02-08 North Macedonia
NOR NO A  2016-11-04 Norway
OMN OM -  2019-06-21 Oman
PAK PK -  2016-12-10 Pakistan
PLW PW S  2016-11-04 Palau
PAN PA -  2016-11-04 Panama
PNG PG S  2016-11-04 Papua New Guinea
PRY PY -  2016-11-13 Paraguay
PER PE -  2016-11-04 Peru
PHL PH -  2017-04-22 Philippines
POL PL A  2016-11-06 Poland
PRT PT A  2016-11-04 Portugal
QAT QA -  2017-07-23 Qatar
KOR KR -  2016-12-03 Republic of Korea
MDA MD -  2017-07-20 Republic of Moldova
ROU RO A  2017-07-01 Romania
RUS RU A  2019-11-06 Russian Federation
RWA RW L  2016-11-05 Rwanda
KNA KN S  2016-11-04 Saint Kitts and Nevis
LCA LC S  2016-11-04 Saint Lucia
VCT VC S  2016-11-04 Saint Vincent and the Grenadines
WSM WS S  2016-11-04 Samoa
SMR SM -  2018-10-26 San Marino
STP ST S  2016-12-02 Sao Tome and Principe
SAU SA -  2016-12-03 Saudi Arabia
SEN SN L  2016-11-04 Senegal
SRB RS -  2017-08-24 Serbia
SYC SC S  2016-11-04 Seychelles
SLE SL L  2016-12-01 Sierra Leone
SGP SG S  2016-11-04 Singapore
SVK SK A  2016-11-04 Slovakia
SVN SI A  2017-01-15 Slovenia
SLB SB LS 2016-11-04 Solomon Islands
SOM SO L  2016-11-04 Somalia
ZAF ZA -  2016-12-01 South Africa
SSD SS L  2021-03-25 South Sudan
ESP ES A  2017-02-11 Spain
LKA LK -  2016-11-04 Sri Lanka
PSE PS -  2016-11-04 State of Palestine
SDN SD L  2017-09-01 Sudan
SUR SR S  2019-03-15 Suriname
SWE SE A  2016-11-12 Sweden
CHE CH A  2017-11-05 Switzerland
SYR SY -  2017-12-13 Syrian Arab Republic
TJK TJ -  2017-04-21 Tajikistan
THA TH -  2016-11-04 Thailand
TLS TL LS 2017-09-15 Timor-Leste
TGO TG L  2017-07-28 Togo
TON TO S  2016-11-04 Tonga
TTO TT S  2018-03-24 Trinidad and Tobago
TUN TN -  2017-03-12 Tunisia
TKM TM -  2016-11-19 Turkmenistan
TUV TV LS 2016-11-04 Tuvalu
TUR TR A  2021-11-10 Türkiye
UGA UG L  2016-11-04 Uganda
UKR UA A  2016-11-04 Ukraine
ARE AE -  2016-11-04 United Arab Emirates
GBR GB A  2016-12-18 United Kingdom of Great Britain and Northern Ireland
TZA TZ L  2018-06-17 United Republic of Tanzania
USA US A  2021-02-19 United States of America
URY UY -  2016-11-18 Uruguay
UZB UZ -  2018-12-09 Uzbekistan
VUT VU S  2016-11-04 Vanuatu
VEN VE -  2017-08-20 Venezuela (Bolivarian Republic of)
VNM VN -  2016-12-03 Viet Nam
YEM YE L  -          Yemen
ZMB ZM L  2017-01-08 Zambia
ZWE ZW -  2017-09-06 Zimbabwe
"""
