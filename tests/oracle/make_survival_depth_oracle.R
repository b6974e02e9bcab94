# What R says about the deeper survival statistics: competing risks, restricted means, piecewise
# ratios, Cox and logistic models, proportional hazards, splines, cut points.
# Run from anywhere: Rscript tests/oracle/make_survival_depth_oracle.R
# Reads depth/inputs/*.csv and cohorts/*.csv beside this file; writes depth/inputs/r_*.csv and
# depth/outputs/*.csv. Needs survival, cmprsk, maxstat and rms.
suppressMessages({library(survival); library(cmprsk)})
options(warn = -1)
invisible(Sys.setlocale("LC_COLLATE", "C"))
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(here)

TRANSFORMS <- c("log-log", "log", "plain")
found <- list()
keep <- function(file, ...) {
  found[[file]] <<- c(found[[file]], list(data.frame(..., stringsAsFactors = FALSE)))
}
number <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))
text <- c(group = "character", stratum = "character")

# ---------------------------------------------------------------- competing risks

incidence <- function(name, d) {
  for (g in sort(unique(d$group))) {
    one <- d[d$group == g, ]
    status <- factor(one$status, 0:2, c("censored", "event", "competing"))
    for (ct in TRANSFORMS) {
      fit <- survfit(Surv(one$time, status) ~ 1, conf.type = ct, timefix = FALSE)
      for (state in c("event", "competing")) {
        i <- match(state, fit$states)
        keep("incidence", dataset = name, group = g, ci = ct, state = state, time = fit$time,
          at_risk = fit$n.risk[, 1], share = fit$pstate[, i], std_err = fit$std.err[, i],
          low = fit$lower[, i], high = fit$upper[, i])
      }
    }
  }
}

# cuminc's own p is 1 - pchisq; here the upper tail. cuminc gives -1 where the variance is singular.
gray <- function(name, d) {
  if (length(unique(d$group)) < 2 || all(d$status == 0)) return(invisible())
  tests <- cuminc(d$time, d$status, d$group)$Tests
  keep("gray", dataset = name, state = rownames(tests), statistic = tests[, "stat"],
    df = tests[, "df"], p = pchisq(tests[, "stat"], tests[, "df"], lower.tail = FALSE))
}

all <- read.csv("depth/inputs/competing.csv", colClasses = text["group"])
for (name in unique(all$dataset)) {
  incidence(name, all[all$dataset == name, ])
  gray(name, all[all$dataset == name, ])
}

# mgus2: progression to a plasma cell malignancy, death competing, as in the package's vignette
mgus <- with(mgus2, data.frame(dataset = "r_mgus2", group = as.character(sex),
  time = ifelse(pstat == 0, futime, ptime), status = ifelse(pstat == 0, 2 * death, 1)))
write.csv(mgus, "depth/inputs/r_mgus2.csv", row.names = FALSE, quote = FALSE)
incidence("r_mgus2", mgus)
gray("r_mgus2", mgus)

# Built-in cohorts, the first event of every patient by the rules of hccviz.data.competing
for (file in sort(Sys.glob("cohorts/*.csv"))) {
  all <- read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE)
  cohort <- sub("\\.csv$", "", basename(file))
  T <- as.numeric(all$os_months); dead <- as.integer(all$os_event)
  for (endpoint in intersect(c("lc", "ihrfs", "dmfs", "ttp", "cr"),
      sub("_months$", "", grep("_months$", names(all), value = TRUE)))) {
    t <- as.numeric(all[[paste0(endpoint, "_months")]])
    e <- as.integer(all[[paste0(endpoint, "_event")]])
    died <- dead == 1 & (T < t | (T == t & e == 0))
    d <- data.frame(time = ifelse(died, T, t), status = ifelse(died, 2, e),
      group = all$child_pugh_class, stringsAsFactors = FALSE)
    d <- d[stats::complete.cases(d), ]
    if (nrow(d) == 0) next
    keep("first_events", cohort = cohort, endpoint = endpoint, n = nrow(d),
      events = sum(d$status == 1), competing = sum(d$status == 2))
    gray(paste(cohort, endpoint, sep = ":"), d)
  }
}

# ---------------------------------------------------------------- write

dir.create("depth/outputs", showWarnings = FALSE)
for (file in names(found)) {
  d <- do.call(rbind, found[[file]])
  d[] <- lapply(d, function(x) if (is.numeric(x)) number(x) else as.character(x))
  write.csv(d, file.path("depth/outputs", paste0(file, ".csv")), row.names = FALSE, quote = FALSE)
}
writeLines(c(R.version.string, sapply(c("survival", "cmprsk"),
  function(p) paste(p, packageVersion(p)))), "depth/outputs/versions.txt")
